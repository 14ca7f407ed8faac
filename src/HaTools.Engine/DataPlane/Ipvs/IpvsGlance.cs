using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>Makes digests of what the kernel shows, while it shows it.</summary>
internal sealed class IpvsGlance : IIpvsTableVisitor
{
    private ITableGlance? into;
    private TableDigest digest;
    private TableKey key;
    private bool begun;

    public void Read(IpvsClient client, ITableGlance glance)
    {
        (into, begun) = (glance, false);
        client.ReadTable(this);
        End();
    }

    public bool Wants(in IpvsServiceView service) => into!.Wants(TableKey.Of(in service));

    public void Service(in IpvsServiceView service)
    {
        End();
        (digest, key, begun) = (TableDigest.Begin(in service), TableKey.Of(in service), true);
    }

    public void Destination(in IpvsDestinationView destination) => digest.Add(in destination);

    private void End()
    {
        if (begun) into!.Saw(in key, digest.Value);
        begun = false;
    }
}
