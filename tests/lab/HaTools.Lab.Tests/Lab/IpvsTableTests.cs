using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Lab;

/// <summary>The kernel's text of its IPVS table is read right.</summary>
public sealed class IpvsTableTests
{
    [Fact]
    public void Services_and_their_servers_are_read_from_the_kernels_text()
    {
        IReadOnlyList<IpvsTableService> table = IpvsTable.Parse("""
            IP Virtual Server version 1.2.1 (size=4096)
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port Forward Weight ActiveConn InActConn
            TCP  C0A80178:0050 wrr persistent 5000 FFFFFFFF 
              -> C0A80168:0050      Route   5      1          2         
              -> C0A80167:0050      Local   1      0          0         
            """.Split('\n'));
        IpvsTableService service = Assert.Single(table);
        Assert.Equal(("TCP", "192.168.1.120:80", "wrr", 5000),
            (service.Protocol, service.Address, service.Scheduler, service.PersistenceTicks));
        Assert.Equal(new IpvsTableServer("192.168.1.104:80", "Route", 5, 1, 2), service.Server("192.168.1.104:80"));
        Assert.Equal(1, service.Server("192.168.1.103:80")!.Weight);
        Assert.Null(service.Server("192.168.1.101:80"));
    }
}
