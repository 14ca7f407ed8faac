using System.Net;

namespace HaTools;

/// <summary>What is common to all checks that ask something of a real server over the network.</summary>
public abstract record NetworkCheck : TimedCheck
{
    /// <summary>How long a try may take, from its first packet to its last (keepalived: <c>connect_timeout</c>).</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The address to check (keepalived: <c>connect_ip</c>); null: the real server's.</summary>
    public IPAddress? ConnectAddress { get; init; }

    /// <summary>The address of this host to check from, of the checked address's family (keepalived: <c>bindto</c>); null: as the kernel chooses.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>The interface of this host to check by (keepalived: <c>bind_if</c>; SO_BINDTODEVICE, socket(7)); null: as the routes say.</summary>
    public string? BindInterface { get; init; }

    /// <summary>The firewall mark of the check's packets (keepalived: <c>fwmark</c>; SO_MARK, socket(7)); 0: none.</summary>
    public uint FirewallMark { get; init; }
}
