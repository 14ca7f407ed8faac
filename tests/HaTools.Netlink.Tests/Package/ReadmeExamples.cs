using System.Net;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Save;
using HaTools.Netlink.Route;

namespace HaTools.Netlink.Tests.Package;

/// <summary>The examples of the package's README, word for word: <see cref="ReadmeTests"/> compares and runs them.</summary>
internal static class ReadmeExamples
{
    public static (int Established, string Saved) Ipvs(CancellationToken cancellation)
    {
        using IpvsClient ipvs = IpvsClient.Open();
        var web = new IpvsServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
        ipvs.AddService(new IpvsService { Key = web, Scheduler = "wrr" });
        ipvs.AddDestination(web, new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 8080, Weight = 5 });
        foreach (IpvsTableEntry entry in ipvs.GetTable(cancellation))
            Console.WriteLine($"{entry.Service}: {entry.Destinations.Count} servers, {entry.Service.Statistics.Connections} connections");

        IReadOnlyList<IpvsCommandResult> results = ipvs.Apply(
        [
            IpvsCommand.AddDestination(web, new IpvsDestination { Address = IPAddress.Parse("192.0.2.12"), Port = 8080 }),
            IpvsCommand.AddDestination(web, new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 8080 }),
        ]);
        foreach (IpvsCommandResult failed in results.Where(r => !r.Succeeded)) Console.WriteLine(failed.ToException()!.Message);

        var filter = new IpvsConnectionFilter { Server = IPAddress.Parse("192.0.2.11"), Templates = false };
        using IpvsConnectionReader connections = IpvsConnectionReader.Open();
        int established = 0;
        while (connections.Read(out ConnectionLine line, cancellation))
            if (filter.Matches(in line) && line.State == IpvsConnectionState.Established) established++;

        string saved = IpvsSaveWriter.Write(IpvsSavedTable.Read(ipvs), IpvsSaveStyle.Whole);
        IpvsSaveReading reading = IpvsSaveReader.Read(saved);
        foreach (IpvsSaveError error in reading.Errors) Console.WriteLine(error);
        return (established, saved);
    }

    public static void Route()
    {
        using RouteClient route = RouteClient.Open();
        LinkInfo lo = route.FindLink("lo")!;
        route.ReplaceAddress(new AddressRequest(lo.Index, IPAddress.Parse("192.0.2.1"), 32));
        foreach (AddressInfo address in route.GetAddresses(lo.Index)) Console.WriteLine(address);
    }

    public static IReadOnlyList<string> Own()
    {
        using NetlinkSocket socket = NetlinkSocket.Open(NetlinkProtocol.Generic);
        var request = new NetlinkBatch();
        AttributeWriter writer = request.Begin(16, NetlinkFlags.Dump); // GENL_ID_CTRL
        writer.Header(0x0103u); // struct genlmsghdr: CTRL_CMD_GETFAMILY (3) of version 1
        request.End(writer);
        IReadOnlyList<string> families = socket.Dump(request, (type, payload) =>
        {
            AttributeReader reader = AttributeReader.Read(payload, out uint _);
            string? name = null;
            while (reader.Next())
                if (reader.Type == 2) name = reader.String(); // CTRL_ATTR_FAMILY_NAME
            reader.ThrowIfMalformed("reading a generic netlink family");
            return name;
        }, out NetlinkResult result);
        Assert.True(result.Succeeded);
        return families;
    }
}
