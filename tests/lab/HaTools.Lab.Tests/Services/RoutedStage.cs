using HaTools.Lab.Machine;

namespace HaTools.Lab.Tests.Services;

/// <summary>The real servers are behind the director, which is their way to the client: for NAT.</summary>
public sealed class RoutedStage : ServiceStage
{
    private protected override IEnumerable<LabNodeSpec> Machines =>
    [
        new("client", "eth0", [.. Clients.Select(c => $"{c}/16"), "fd60::10/64", "fd60::11/64", "fd60::21/64"]),
        new("director",
            new LabInterface("eth0", "10.60.0.1/16", "fd60::1/64"),
            new LabInterface("eth1", "10.61.0.1/24", "fd61::1/64") { Network = "back" }),
        .. RealServers.Select((name, i) => new LabNodeSpec(name, new LabInterface("eth0", $"10.61.0.{11 + i}/24", $"fd61::{11 + i}/64") { Network = "back" })),
    ];

    /// <summary>For all tests of the collection, one after the other: booting the machines takes longer than most of the tests.</summary>
    [CollectionDefinition(nameof(RoutedStage))]
    public sealed class Tests : ICollectionFixture<RoutedStage>;

    private protected override string Preparation(string machine) => machine switch
    {
        "client" => "",
        "director" => "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding",
        _ => "ip route add default via 10.61.0.1; ip -6 route add default via fd61::1",
    };
}
