using HaTools.Lab.Machine;

namespace HaTools.Lab.Tests.Failover;

/// <summary>Two directors of one kind, and how connections are to survive their failover.</summary>
/// <param name="Daemon">The program on both directors.</param>
/// <param name="IsNat">NAT, with a gateway address that moves along; else direct routing.</param>
/// <param name="Sync">Whether the sync daemon runs.</param>
internal sealed record FailoverCase(DirectorDaemon Daemon, bool IsNat, bool Sync)
{
    public const string Vip = "10.70.0.100";

    /// <summary>The real servers' gateway with NAT.</summary>
    public const string Gateway = "10.71.0.100";

    /// <summary>Whether the service is stateless: configured in YAML, since keepalived.conf has no word for it.</summary>
    public bool Stateless { get; init; }

    /// <summary>Tunnels instead of direct routing, of a stateless service.</summary>
    public bool IsTunnel { get; init; }

    /// <summary>The card that the sync daemon uses.</summary>
    private string SyncCard => IsNat ? "eth1" : "eth0";

    public string ServerAddress(int number) => IsNat ? $"10.71.0.{10 + number}" : $"10.70.0.{50 + number}";

    /// <summary>keepalived.conf of a director; YAML where the service is stateless.</summary>
    public string Configuration(int priority) => Stateless ? Native(priority) : $$"""
        global_defs {
            {{(Sync ? $"lvs_sync_daemon {SyncCard} inst VI_1 id 51" : "")}}
        }
        {{(IsNat ? "vrrp_sync_group G {\n group {\n VI_1\n VI_GW\n }\n}" : "")}}
        {{Instance("VI_1", "eth0", 51, Vip, priority)}}
        {{(IsNat ? Instance("VI_GW", "eth1", 52, Gateway, priority) : "")}}
        virtual_server {{Vip}} 80 {
            delay_loop 2
            lb_algo wlc
            lb_kind {{(IsNat ? "NAT" : "DR")}}
            protocol TCP
            {{string.Concat(Enumerable.Range(1, 3).Select(Server))}}
        }
        """;

    /// <summary>Lines of bash for a real server.</summary>
    public string ServerPreparation => IsNat ? $"ip route add default via {Gateway}" : $"""
        echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore; echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce
        {(IsTunnel ? "ip link set tunl0 up; echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/tunl0/rp_filter" : "")}
        ip addr add {Vip}/32 dev {(IsTunnel ? "tunl0" : "lo")}
        """;

    /// <summary>Lines of bash for a director, before its daemon is started.</summary>
    public const string Preparation = "echo 1 > /proc/sys/net/ipv4/ip_forward";

    private string Native(int priority) => $"""
        vrrpInstances:
        - name: VI_1
          interface: eth0
          virtualRouterId: 51
          priority: {priority}
          virtualAddresses: [{Vip}/24]
        virtualServers:
        - address: {Vip}
          port: 80
          stateless: true
          forwarding: {(IsTunnel ? "tunnel" : "directRouting")}
          delayLoop: 2s
          realServers:
        {string.Join('\n', Enumerable.Range(1, 3).Select(n => $"  - {{ address: {ServerAddress(n)}, check: {{ type: tcp, connectTimeout: 3s }} }}"))}

        """;

    private string Instance(string name, string card, int id, string address, int priority) => $$"""
        vrrp_instance {{name}} {
            state BACKUP
            interface {{card}}
            virtual_router_id {{id}}
            priority {{priority}}
            advert_int 1
            virtual_ipaddress {
                {{address}}/24
            }
        }
        """;

    private string Server(int number) => $$"""
        real_server {{ServerAddress(number)}} 80 {
                weight 1
                TCP_CHECK {
                    connect_timeout 3
                }
            }

        """;
}
