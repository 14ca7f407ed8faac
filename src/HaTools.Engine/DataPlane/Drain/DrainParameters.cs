using System.Globalization;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>The parameters of IPVS (net.ipv4.vs) that decide what weight 0 and the removal of a server do.</summary>
internal sealed record DrainParameters
{
    /// <summary>What a kernel begins with.</summary>
    public static DrainParameters Usual { get; } = new();

    /// <summary>expire_nodest_conn: the connections of a removed server end at once.</summary>
    public bool ExpireNoDestination { get; init; }

    /// <summary>expire_quiescent_template: persistent clients of a server with weight 0 are scheduled anew.</summary>
    public bool ExpireQuiescentTemplate { get; init; }

    /// <summary>conn_reuse_mode: what becomes of a client's port that is used again.</summary>
    public int ConnectionReuse { get; init; } = 1;

    /// <summary>sloppy_tcp: any packet makes a connection.</summary>
    public bool SloppyTcp { get; init; }

    /// <summary>drop_entry: 2 and 3 drop connections.</summary>
    public int DropEntry { get; init; }

    /// <summary>conntrack: netfilter tracks the connections, too.</summary>
    public bool Conntrack { get; init; }

    /// <summary>As they are in a plane; what it has not is as in a kernel that knew no such choice.</summary>
    /// <param name="read">Reads one; null: it is not there.</param>
    public static DrainParameters Of(Func<IpvsParameter, string?> read)
    {
        return new DrainParameters
        {
            ExpireNoDestination = Number("expire_nodest_conn") != 0,
            ExpireQuiescentTemplate = Number("expire_quiescent_template") != 0,
            ConnectionReuse = Number("conn_reuse_mode"),
            SloppyTcp = Number("sloppy_tcp") != 0,
            DropEntry = Number("drop_entry"),
            Conntrack = Number("conntrack") != 0,
        };

        int Number(string name) =>
            int.TryParse(read(IpvsParameterCatalogue.Find(name)!), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }
}
