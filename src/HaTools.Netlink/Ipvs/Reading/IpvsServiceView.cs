using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// A service as <see cref="IpvsClient.ReadTable(IIpvsTableVisitor, CancellationToken)"/> shows it: the bytes of the kernel's answer, for those who compare
/// or count and need no object. What its members mean is said at <see cref="IpvsService"/>.
/// </summary>
public readonly ref struct IpvsServiceView
{
    /// <summary>InterNetwork or InterNetworkV6.</summary>
    public AddressFamily AddressFamily { get; internal init; }

    /// <summary>The transport protocol; None for a firewall mark.</summary>
    public IpvsProtocol Protocol { get; internal init; }

    /// <summary>The virtual address: 4 or 16 bytes; none for a firewall mark.</summary>
    public ReadOnlySpan<byte> AddressBytes { get; internal init; }

    /// <summary>The port, 0 to 65535; 0 for a firewall mark.</summary>
    public int Port { get; internal init; }

    /// <summary>The firewall mark; 0: the service is of an address and port.</summary>
    public uint FirewallMark { get; internal init; }

    /// <summary>The scheduler's name, UTF-8.</summary>
    public ReadOnlySpan<byte> SchedulerName { get; internal init; }

    /// <summary>The persistence engine's name, UTF-8; empty: none.</summary>
    public ReadOnlySpan<byte> EngineName { get; internal init; }

    /// <summary>The flags, without <see cref="IpvsServiceFlags.Hashed"/>.</summary>
    public IpvsServiceFlags Flags { get; internal init; }

    /// <summary>The persistence timeout in seconds.</summary>
    public uint Timeout { get; internal init; }

    /// <summary>The counters.</summary>
    public IpvsStatistics Statistics { get; internal init; }

    /// <summary>What identifies it, as an object with an address.</summary>
    public IpvsServiceKey Key => FirewallMark != 0
        ? IpvsServiceKey.OfFirewallMark(FirewallMark, AddressFamily)
        : new IpvsServiceKey(Protocol, new IPAddress(AddressBytes), Port);

    /// <summary>
    /// Which bits of the client's address persistence looks at, as the kernel says it: for IPv4 the mask's 4 bytes, for IPv6 the length of the prefix, 4 bytes in the
    /// host's order. Empty: it said nothing.
    /// </summary>
    public ReadOnlySpan<byte> NetmaskBytes { get; internal init; }

    internal EntryKey EntryKey => EntryKey.Of(AddressBytes, AddressFamily, (byte)Protocol, Port, FirewallMark);

    /// <summary>Whether this is the service of a key. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    public bool Is(IpvsServiceKey key)
    {
        if (key.AddressFamily != AddressFamily || key.FirewallMark != FirewallMark || key.Protocol != Protocol || key.Port != Port)
            return false;
        if (key.Address is not { } address) return true;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out int length) && AddressBytes.SequenceEqual(bytes[..length]);
    }

    /// <summary>The service as an object.</summary>
    public IpvsService ToService() => new()
    {
        Key = Key,
        Scheduler = Encoding.UTF8.GetString(SchedulerName),
        PersistenceEngine = EngineName.IsEmpty ? null : Encoding.UTF8.GetString(EngineName),
        Flags = Flags,
        Timeout = Timeout,
        Netmask = Netmask(),
        Statistics = Statistics,
    };

    /// <summary>Null: the whole address counts.</summary>
    private IPAddress? Netmask()
    {
        if (NetmaskBytes.IsEmpty) return null;
        if (AddressFamily == AddressFamily.InterNetworkV6)
            return IpvsService.NetmaskOf(AddressFamily, (int)MemoryMarshal.Read<uint>(NetmaskBytes));
        return NetmaskBytes.ContainsAnyExcept((byte)0xff) ? new IPAddress(NetmaskBytes) : null;
    }
}
