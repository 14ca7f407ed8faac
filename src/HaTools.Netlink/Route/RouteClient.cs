using System.Text;
using HaTools.Linux;
using static HaTools.Netlink.linux_rtnetlink;

namespace HaTools.Netlink.Route;

/// <summary>
/// Interfaces, addresses, routes and rules through rtnetlink (man 7 rtnetlink), in the network namespace of the thread that opened it. Not thread-safe:
/// one thread at a time. Changes need CAP_NET_ADMIN. Methods throw <see cref="NetlinkException"/> where the kernel refuses.
/// </summary>
public sealed partial class RouteClient : IDisposable
{
    private readonly NetlinkSocket socket;
    private readonly NetlinkBatch batch = new();
    private NetlinkResult[] results = new NetlinkResult[64];

    /// <summary>Speaks over a socket of protocol Route, which it disposes of.</summary>
    /// <param name="socket">The socket.</param>
    public RouteClient(NetlinkSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        this.socket = socket;
        socket.AttributeNames = RouteAttributeNames.Instance;
    }

    /// <summary>Opens a client in the calling thread's network namespace; it stays in that one.</summary>
    /// <exception cref="NetlinkException">The kernel gave no socket.</exception>
    public static RouteClient Open() => new(NetlinkSocket.Open(NetlinkProtocol.Route));

    /// <summary>The port id of its socket: notifications of what it changed carry it (<see cref="RouteNotification.PortId"/>).</summary>
    public uint PortId => socket.PortId;

    /// <summary>All interfaces of the namespace, in the kernel's order.</summary>
    public IReadOnlyList<LinkInfo> GetLinks()
    {
        BeginLinkRequest(NetlinkFlags.Dump, 0, null);
        IReadOnlyList<LinkInfo> links = socket.Dump(batch, DecodeLink, out NetlinkResult result);
        return result.Succeeded ? links : throw Failure("reading the interfaces", null, result);
    }

    /// <summary>The interface of a name; null: there is none.</summary>
    /// <param name="name">The name, as <c>eth0</c>.</param>
    public LinkInfo? FindLink(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Encoding.UTF8.GetByteCount(name) >= linux_if_link.IFNAMSIZ ? null : FindLink(0, name);
    }

    /// <summary>The interface of an index; null: there is none.</summary>
    /// <param name="index">The index, from 1.</param>
    public LinkInfo? FindLink(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        return FindLink(index, null);
    }

    /// <summary>All IPv4 and IPv6 addresses, in the kernel's order (which is that of precedence among the addresses of a subnet).</summary>
    /// <param name="index">The index of the interface to read; null: all.</param>
    public IReadOnlyList<AddressInfo> GetAddresses(int? index = null)
    {
        batch.Clear();
        AttributeWriter writer = batch.Begin(RTM_GETADDR, NetlinkFlags.Dump);
        writer.Header(new ifaddrmsg { ifa_index = (uint)(index ?? 0) });
        batch.End(writer);
        IReadOnlyList<AddressInfo> addresses = socket.Dump(batch, DecodeAddress, out NetlinkResult result);
        // With strict checking an index that is gone is an error; without it (before 4.20) the kernel gives all addresses.
        if (result.Errno == Errno.ENODEV && index is not null) return [];
        if (!result.Succeeded) throw Failure("reading the addresses", null, result);
        return index is { } only ? [.. addresses.Where(a => a.Index == only)] : addresses;
    }

    /// <summary>
    /// Puts an address on its interface, or renews its lifetimes where it (index, address, prefix length) is there (NLM_F_CREATE |
    /// NLM_F_REPLACE). The kernel changes nothing else of an IPv4 address that is there: for another label, scope or broadcast address
    /// delete it first.
    /// </summary>
    /// <param name="request">The address.</param>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    /// <exception cref="NetlinkException">The kernel refused: ENODEV, the interface is not there; EPERM; EACCES, IPv6 is off on
    /// it.</exception>
    public void ReplaceAddress(in AddressRequest request) => ReplaceAddresses(new ReadOnlySpan<AddressRequest>(in request));

    /// <summary>As <see cref="ReplaceAddress"/> for many; all are tried.</summary>
    /// <param name="requests">The addresses.</param>
    /// <exception cref="ArgumentException">A request cannot be meant; nothing was done.</exception>
    /// <exception cref="NetlinkException">Some failed: it is about the first of them, and says how many.</exception>
    public void ReplaceAddresses(ReadOnlySpan<AddressRequest> requests)
    {
        if (Replace(requests) is var failed && failed > 0) throw FirstFailure("adding address", requests, failed);
    }

    /// <summary>
    /// As <see cref="ReplaceAddress"/> for many, which go out together; all are tried. Allocates nothing once it has seen as many.
    /// </summary>
    /// <param name="requests">The addresses.</param>
    /// <param name="errnos">Where to put how each ended: 0, or the error number; at least as many.</param>
    /// <returns>How many failed.</returns>
    /// <exception cref="ArgumentException">A request cannot be meant, or there is too little room for the results; nothing was
    /// done.</exception>
    public int ReplaceAddresses(ReadOnlySpan<AddressRequest> requests, Span<int> errnos)
    {
        CheckRoom(requests, errnos);
        int failed = Replace(requests);
        for (int i = 0; i < requests.Length; i++) errnos[i] = results[i].Errno;
        return failed;
    }

    /// <summary>Takes an address away, whatever its label and scope.</summary>
    /// <param name="request">The address: its index, address and prefix length count.</param>
    /// <returns>False: it was not there (or its interface is not).</returns>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    public bool DeleteAddress(in AddressRequest request)
    {
        var requests = new ReadOnlySpan<AddressRequest>(in request);
        Delete(requests);
        if (IsAbsent(results[0].Errno)) return false;
        return results[0].Succeeded ? true : throw FirstFailure("removing address", requests, 1);
    }

    /// <summary>As <see cref="DeleteAddress"/> for many, which go out together; all are tried.</summary>
    /// <param name="requests">The addresses.</param>
    /// <param name="errnos">Where to put how each ended: 0 (also where it was not there), or the error number; at least as many.</param>
    /// <returns>How many failed.</returns>
    /// <exception cref="ArgumentException">A request cannot be meant, or there is too little room for the results; nothing was
    /// done.</exception>
    public int DeleteAddresses(ReadOnlySpan<AddressRequest> requests, Span<int> errnos)
    {
        CheckRoom(requests, errnos);
        Delete(requests);
        int failed = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            errnos[i] = IsAbsent(results[i].Errno) ? 0 : results[i].Errno;
            if (errnos[i] != 0) failed++;
        }

        return failed;
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static LinkInfo? DecodeLink(ushort type, ReadOnlySpan<byte> payload) => type == RTM_NEWLINK ? LinkMessage.Read(payload) : null;

    private static AddressInfo? DecodeAddress(ushort type, ReadOnlySpan<byte> payload) =>
        type == RTM_NEWADDR && AddressMessage.TryRead(payload, withLabel: true, out AddressMessage message) ? message.ToInfo() : null;

    private static bool IsAbsent(int errno) => errno is Errno.EADDRNOTAVAIL or Errno.ENODEV;

    private static void CheckRoom(ReadOnlySpan<AddressRequest> requests, ReadOnlySpan<int> errnos)
    {
        if (errnos.Length < requests.Length)
            throw new ArgumentException("There is less room for results than there are requests.", nameof(errnos));
    }

    private LinkInfo? FindLink(int index, string? name)
    {
        BeginLinkRequest(NetlinkFlags.None, index, name);
        LinkInfo? link = socket.Get(batch, DecodeLink, out NetlinkResult result);
        if (result.Succeeded) return link;
        return result.Errno == Errno.ENODEV ? null : throw Failure("reading interface", name ?? $"{index}", result);
    }

    private void BeginLinkRequest(NetlinkFlags flags, int index, string? name)
    {
        batch.Clear();
        AttributeWriter writer = batch.Begin(RTM_GETLINK, flags);
        LinkMessage.WriteGet(ref writer, index, name);
        batch.End(writer);
    }

    private int Replace(ReadOnlySpan<AddressRequest> requests)
    {
        batch.Clear();
        foreach (ref readonly AddressRequest request in requests)
        {
            AttributeWriter writer = batch.Begin(RTM_NEWADDR, NetlinkFlags.Create | NetlinkFlags.Replace, 256);
            AddressMessage.WriteNew(ref writer, request);
            batch.End(writer);
        }

        return Execute();
    }

    private void Delete(ReadOnlySpan<AddressRequest> requests)
    {
        batch.Clear();
        foreach (ref readonly AddressRequest request in requests)
        {
            AttributeWriter writer = batch.Begin(RTM_DELADDR, NetlinkFlags.None, 256);
            AddressMessage.WriteDelete(ref writer, request);
            batch.End(writer);
        }

        Execute();
    }

    private int Execute()
    {
        if (results.Length < batch.Count) results = new NetlinkResult[Math.Max(batch.Count, results.Length * 2)];
        return socket.Execute(batch, results);
    }

    private NetlinkException FirstFailure(string operation, ReadOnlySpan<AddressRequest> requests, int failed)
    {
        int first = 0;
        while (results[first].Succeeded) first++;
        string more = failed > 1 ? $" (the first of {failed} failures among {requests.Length})" : "";
        return Failure(operation, $"{requests[first]}{more}", results[first]);
    }

    private static NetlinkException Failure(string operation, string? objectName, NetlinkResult result) =>
        new(operation, objectName, result.Errno, result.ExtendedAck, result.Errno switch
        {
            Errno.ENODEV => "there is no such interface",
            Errno.EACCES => "IPv6 may be off there: see net.ipv6.conf.*.disable_ipv6",
            _ => null,
        });
}
