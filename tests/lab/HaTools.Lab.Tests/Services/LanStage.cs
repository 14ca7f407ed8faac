using HaTools.Lab.Machine;

namespace HaTools.Lab.Tests.Services;

/// <summary>
/// All on one network, the real servers with the services' address, of which they do not speak: for direct routing and tunnels, where
/// they answer the client themselves.
/// </summary>
public sealed class LanStage : ServiceStage
{
    /// <summary>Where the real servers take GUE in.</summary>
    internal const int GuePort = 6080;

    private protected override IEnumerable<LabNodeSpec> Machines =>
    [
        new("client", "eth0", [.. Clients.Select(c => $"{c}/16"), "fd60::10/64"]),
        new("director", "eth0", "10.60.0.1/16", "fd60::1/64"),
        .. RealServers.Select((name, i) => new LabNodeSpec(name, "eth0", $"10.60.0.{51 + i}/16", $"fd60::{51 + i}/64")),
    ];

    /// <summary>As with <see cref="RoutedStage.Tests"/>.</summary>
    [CollectionDefinition(nameof(LanStage))]
    public sealed class Tests : ICollectionFixture<LanStage>;

    private protected override async Task AddAddressesAsync()
    {
        await base.AddAddressesAsync();
        await Task.WhenAll(RealServers.Select(s => OnServerAsync(s, $"ip addr add {Vip}/32 dev lo && ip addr add {Vip6}/128 dev lo nodad")));
    }

    private protected override string Preparation(string machine) => machine switch
    {
        "client" => "",
        // For packets whose answers it does not see.
        "director" => "echo 1 > /proc/sys/net/ipv4/ip_forward",
        _ => $"""
            echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore; echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce
            # The first device of a kind brings the kernel's own, which takes in what no other does.
            ip link add gre1 type gre remote 10.60.0.99; ip link add ipip1 type ipip remote 10.60.0.99
            # That of IPv6 takes in IPv6 alone.
            ip link add any6 type ip6tnl mode any local fd60::5{machine[^1]}
            for card in tunl0 gre0 any6; do ip link set $card up; done
            for card in all tunl0 gre0 any6; do echo 0 > /proc/sys/net/ipv4/conf/$card/rp_filter; done
            ip fou add port {GuePort} gue
            """,
    };
}
