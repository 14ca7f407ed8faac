namespace HaTools.Lab.Machine;

/// <summary>A virtual router of FRR's, of one family.</summary>
/// <param name="RouterId">The virtual router id.</param>
/// <param name="Priority">1 to 254.</param>
/// <param name="VirtualAddresses">With prefix lengths.</param>
internal sealed record FrrConfiguration(int RouterId, int Priority, params IReadOnlyList<string> VirtualAddresses)
{
    public int Version { get; init; } = 3;

    /// <summary>In milliseconds, a multiple of 10.</summary>
    public int Interval { get; init; } = 100;

    public string Card { get; init; } = "eth0";

    /// <summary>The link-local address that it speaks from over IPv6, which belongs to this machine alone; vrrpd takes the macvlan's first one.</summary>
    public string? LinkLocal { get; init; }

    public bool IsIpv6 => VirtualAddresses[0].Contains(':');

    public string Macvlan => IsIpv6 ? "vrrp6" : "vrrp4";

    public string HardwareAddress => $"00:00:5e:00:0{(IsIpv6 ? 2 : 1)}:{RouterId:x2}";

    /// <summary>All addresses of the macvlan, in their order.</summary>
    public IEnumerable<string> OwnAndVirtual => LinkLocal is null ? VirtualAddresses : [LinkLocal + "/64", .. VirtualAddresses];

    /// <summary>vrrpd.conf.</summary>
    public string Text => $"""
        debug vrrp protocol
        debug vrrp packets
        interface {Card}
         vrrp {RouterId} version {Version}
         vrrp {RouterId} priority {Priority}
         vrrp {RouterId} advertisement-interval {Interval}
        {string.Join('\n', VirtualAddresses.Select(a => $" vrrp {RouterId} {(IsIpv6 ? "ipv6" : "ip")} {a.Split('/')[0]}"))}
        exit

        """;
}
