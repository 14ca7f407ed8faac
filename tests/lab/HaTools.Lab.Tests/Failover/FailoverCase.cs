using HaTools.Lab.Machine;

namespace HaTools.Lab.Tests.Failover;

/// <summary>Two directors of one kind, and how the connections of their services are to survive a failover.</summary>
/// <param name="Daemon">The program on both directors.</param>
/// <param name="Sync">Whether the sync daemon runs.</param>
/// <param name="Services">What they serve; NAT has a gateway address that moves along.</param>
internal sealed record FailoverCase(DirectorDaemon Daemon, bool Sync, params FailoverService[] Services)
{
    /// <summary>The real servers' gateway with NAT.</summary>
    private const string Gateway = "10.71.0.100";

    /// <summary>Whether the services are stateless: configured in YAML, since keepalived.conf has no word for it.</summary>
    public bool Stateless { get; init; }

    /// <summary>Whether there is a network behind the directors.</summary>
    public bool HasNat => Services.Any(s => s.Forwarding == ServiceForwarding.Nat);

    /// <summary>keepalived.conf of a director; YAML where the services are stateless.</summary>
    public string Configuration(int priority) => Stateless ? Native(priority) : $$"""
        global_defs {
            {{(Sync ? $"lvs_sync_daemon eth0 inst VI_1 id 51" : "")}}
        }
        {{(HasNat ? "vrrp_sync_group G {\n group {\n VI_1\n VI_GW\n }\n}" : "")}}
        {{Instance("VI_1", "eth0", 51, priority, [.. Services.Select(s => s.Vip)])}}
        {{(HasNat ? Instance("VI_GW", "eth1", 52, priority, Gateway) : "")}}
        {{string.Concat(Services.Select(s => s.Keepalived))}}
        """;

    /// <summary>Lines of bash for a real server. What it says from its address behind the directors goes back by way of them, though it has a card on the client's side too.</summary>
    public string ServerPreparation(int number) => string.Join('\n',
    [
        "echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore; echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce",
        HasNat ? $"ip rule add from 10.71.0.{10 + number} lookup 71; ip route add default via {Gateway} dev eth1 table 71" : "",
        .. Services.Select(s => s.ServerPreparation),
    ]);

    /// <summary>Lines of bash for a director, before its daemon is started.</summary>
    public const string Preparation = "echo 1 > /proc/sys/net/ipv4/ip_forward";

    private string Native(int priority) => $"""
        vrrpInstances:
        - name: VI_1
          interface: eth0
          virtualRouterId: 51
          priority: {priority}
          virtualAddresses: [{string.Join(", ", Services.Select(s => $"{s.Vip}/24"))}]
        virtualServers:
        {string.Join('\n', Services.Select(s => s.StatelessYaml))}

        """;

    private static string Instance(string name, string card, int id, int priority, params string[] addresses) => $$"""
        vrrp_instance {{name}} {
            state BACKUP
            interface {{card}}
            virtual_router_id {{id}}
            priority {{priority}}
            advert_int 1
            virtual_ipaddress {
                {{string.Join("\n        ", addresses.Select(a => $"{a}/24"))}}
            }
        }
        """;
}
