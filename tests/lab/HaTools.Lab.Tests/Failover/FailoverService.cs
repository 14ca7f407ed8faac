namespace HaTools.Lab.Tests.Failover;

/// <summary>How a service of the failover tests reaches its real servers.</summary>
internal enum ServiceForwarding
{
    Nat,
    DirectRouting,
    Tunnel,
}

/// <summary>A service of the failover tests, on port 80, with the three real servers.</summary>
/// <param name="Forwarding">How it reaches them.</param>
internal sealed record FailoverService(ServiceForwarding Forwarding)
{
    /// <summary>Its virtual address: each way has one.</summary>
    public string Vip => $"10.70.0.{100 + (int)Forwarding}";

    /// <summary>The service in keepalived.conf, with a scheduler that is the user's own choice.</summary>
    public string Keepalived => $$"""
        virtual_server {{Vip}} 80 {
            delay_loop 2
            lb_algo wlc
            lb_kind {{Forwarding switch { ServiceForwarding.Nat => "NAT", ServiceForwarding.DirectRouting => "DR", _ => "TUN" }}}
            protocol TCP
            {{string.Concat(Enumerable.Range(1, 3).Select(Server))}}
        }

        """;

    /// <summary>The service in YAML, stateless.</summary>
    public string StatelessYaml => $"""
        - address: {Vip}
          port: 80
          stateless: true
          forwarding: {(Forwarding == ServiceForwarding.Tunnel ? "tunnel" : "directRouting")}
          delayLoop: 2s
          realServers:
        {string.Join('\n', Enumerable.Range(1, 3).Select(n => $"  - {{ address: {ServerAddress(n)}, checks: {{ type: tcp, connectTimeout: 3s }} }}"))}
        """;

    /// <summary>Lines of bash for a real server that takes what is sent to the service's address.</summary>
    public string ServerPreparation => Forwarding switch
    {
        ServiceForwarding.Nat => "",
        ServiceForwarding.DirectRouting => $"ip addr add {Vip}/32 dev lo",
        _ => $"ip link set tunl0 up; for c in all tunl0; do echo 0 > /proc/sys/net/ipv4/conf/$c/rp_filter; done; ip addr add {Vip}/32 dev tunl0",
    };

    /// <summary>Where a director finds a real server: with NAT it is behind the director.</summary>
    public string ServerAddress(int number) => Forwarding == ServiceForwarding.Nat ? $"10.71.0.{10 + number}" : $"10.70.0.{50 + number}";

    private string Server(int number) => $$"""
        real_server {{ServerAddress(number)}} 80 {
                weight 1
                TCP_CHECK {
                    connect_timeout 3
                }
            }

        """;
}
