using HaTools.Lab.Machine;

namespace HaTools.Lab.Tests.Interop;

/// <summary>A way of speaking VRRP that both programs know. The text is keepalived.conf for either.</summary>
/// <param name="Name">For people.</param>
/// <param name="Version">2 or 3.</param>
internal sealed record Variant(string Name, int Version)
{
    public bool IsIpv6 { get; init; }

    /// <summary>Each director is told of the other; nothing goes to the group.</summary>
    public bool IsUnicast { get; init; }

    /// <summary>Lines of global_defs.</summary>
    public string Global { get; init; } = "";

    /// <summary>More lines of the instance.</summary>
    public string Instance { get; init; } = "";

    /// <summary>
    /// In seconds: version 2 has nothing below 1. Version 3 could be ten times as fast, but then a host that gives a machine no processor for half a
    /// second, as busy ones do, makes either program yield as it must, and nothing is learned.
    /// </summary>
    public double Interval { get; init; } = Version == 2 ? 1 : 0.3;

    /// <summary>
    /// Whether tcpdump's reading of the checksum is right for it: it knows version 3's with the pseudo-header alone, and takes the trailer of
    /// auth_hmac for a part of the message, which it is not.
    /// </summary>
    public bool HasChecksumOfTcpdump { get; init; } = true;

    /// <summary>The virtual address that is looked at.</summary>
    public string Address => IsIpv6 ? "fd00:70::100" : "10.70.0.100";

    public static Variant Version2 { get; } = new("v2", 2);

    public static Variant Version3 { get; } = new("v3", 3);

    public static Variant Version3OverIpv6 { get; } = new("v3 IPv6", 3) { IsIpv6 = true };

    /// <summary>A director's own address.</summary>
    public static string AddressOf(bool preferred, bool isIpv6) => (isIpv6 ? "fd00:70::" : "10.70.0.") + (preferred ? "1" : "2");

    /// <summary>The configuration of one of the two directors.</summary>
    public string Configuration(bool preferred, int? priority = null, string more = "") => $$"""
        global_defs {
            {{Global}}
        }
        vrrp_instance VI_1 {
            state BACKUP
            interface eth0
            version {{Version}}
            virtual_router_id 51
            priority {{priority ?? (preferred ? 150 : 100)}}
            advert_int {{Interval}}
            {{Instance}}
            {{more}}
            {{(IsUnicast ? $"unicast_src_ip {AddressOf(preferred, IsIpv6)}\nunicast_peer {{\n{AddressOf(!preferred, IsIpv6)}\n}}" : "")}}
            virtual_ipaddress {
                {{(IsIpv6 ? "fe80::70:100/64\n" : "")}}{{Address}}
            }
        }

        """;

    /// <summary>keepalived 2.4 or later, which the environment variable KEEPALIVED names; null: none.</summary>
    public static string? NewerKeepalived { get; } = Environment.GetEnvironmentVariable("KEEPALIVED") is { Length: > 0 } path ? path : null;

    /// <summary>Makes a machine a director of the variant.</summary>
    public void Furnish(LabNode node, DirectorDaemon daemon, bool preferred, int? priority = null, string more = "", string? program = null)
    {
        node.UseDaemon(daemon, program);
        node.WriteFile("/etc/keepalived/keepalived.conf", Configuration(preferred, priority, more));
    }
}

/// <summary>How the preferred master goes away.</summary>
public enum Departure
{
    /// <summary>SIGKILL: no farewell.</summary>
    Kill,

    /// <summary>SIGTERM: priority 0.</summary>
    Stop,

    /// <summary>Its interface is set down.</summary>
    LinkDown,
}
