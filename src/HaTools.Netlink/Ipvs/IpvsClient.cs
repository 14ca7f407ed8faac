using HaTools.Netlink.Generic;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// The kernel's IPVS table through generic netlink, in the network namespace of the thread that opened it: what ipvsadm does. Not
/// thread-safe: one thread at a time. Everything, reading too, needs CAP_NET_ADMIN. Methods throw <see cref="NetlinkException"/> where
/// the kernel refuses.
/// </summary>
public sealed partial class IpvsClient : IDisposable
{
    // Keeps the request buffer small however long the list is; the socket makes one system call of up to 128 of them.
    private const int ApplyAtOnce = 512;

    private readonly NetlinkSocket socket;
    private readonly NetlinkSocket other;
    private readonly ushort family;
    private readonly NetlinkBatch batch = new();
    private readonly NetlinkResult[] results = new NetlinkResult[ApplyAtOnce];

    /// <summary>
    /// Speaks over a socket of protocol Generic, which it disposes of. Does not try to load the module. Reads long tables less safely
    /// than a client of <see cref="Open()"/> while others write, for want of a second socket.
    /// </summary>
    /// <param name="socket">The socket.</param>
    /// <exception cref="IpvsUnavailableException">The kernel has no family IPVS; the socket is not disposed of.</exception>
    public IpvsClient(NetlinkSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        this.socket = other = socket;
        socket.AttributeNames = IpvsAttributeNames.Instance;
        family = GenericNetlink.FindFamily(socket, IPVS_GENL_NAME)?.Id ?? throw new IpvsUnavailableException(null);
    }

    private IpvsClient(NetlinkSocket socket, NetlinkSocket other, ushort family)
    {
        (this.socket, this.other, this.family) = (socket, other, family);
        socket.AttributeNames = other.AttributeNames = IpvsAttributeNames.Instance;
    }

    /// <summary>
    /// Opens a client for the calling thread's network namespace; it stays with that one. Where the kernel has no IPVS yet, tries
    /// <c>modprobe ip_vs</c>.
    /// </summary>
    /// <exception cref="IpvsUnavailableException">The kernel has no IPVS and the module cannot be loaded.</exception>
    /// <exception cref="NetlinkException">The kernel gave no socket.</exception>
    public static IpvsClient Open() => Open(
        KernelModule.TryLoad,
        () => NetlinkSocket.Open(NetlinkProtocol.Generic),
        () => NetlinkSocket.Open(NetlinkProtocol.Generic, StableReader.OtherPage));

    internal static IpvsClient Open(Func<string, string?> load, Func<NetlinkSocket> open, Func<NetlinkSocket> openOther)
    {
        NetlinkSocket socket = open();
        NetlinkSocket? other = null;
        try
        {
            GenericNetlinkFamily? found = GenericNetlink.FindFamily(socket, IPVS_GENL_NAME);
            string? failure = null;
            if (found is null)
            {
                failure = load("ip_vs");
                found = GenericNetlink.FindFamily(socket, IPVS_GENL_NAME);
            }

            if (found is null) throw new IpvsUnavailableException(failure);
            other = openOther();

            // A socket's pages are small before it has received for the first time.
            GenericNetlink.FindFamily(other, IPVS_GENL_NAME);
            return new IpvsClient(socket, other, found.Id);
        }
        catch
        {
            socket.Dispose();
            other?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        other.Dispose();
    }

    private void Begin(byte command, NetlinkFlags flags, IpvsServiceKey? key = null)
    {
        if (key == default(IpvsServiceKey)) throw new ArgumentException("The key names no service.", nameof(key));
        batch.Clear();
        AttributeWriter writer = batch.Begin(family, flags);
        writer.Header(new genlmsghdr { cmd = command, version = IPVS_GENL_VERSION });
        if (key is { } service) IpvsMessage.WriteService(ref writer, service, null);
        batch.End(writer);
    }

    private NetlinkResult ExecuteFirst()
    {
        socket.Execute(batch, results);
        return results[0];
    }

    private T Get<T>(NetlinkDecoder<T> decode, string operation) where T : class
    {
        T? answer = socket.Get(batch, decode, out NetlinkResult result);
        if (!result.Succeeded) throw Failure(operation, null, result);
        return answer ?? throw new NetlinkException($"{operation}: the kernel answered something else", null, 0);
    }

    private void Bare(byte command, string operation)
    {
        Begin(command, NetlinkFlags.None);
        Execute(operation);
    }

    private void Execute(string operation)
    {
        if (socket.Execute(batch, results) > 0) throw Failure(operation, null, results[0]);
    }

    private static NetlinkException Failure(string operation, string? objectName, NetlinkResult result) =>
        new(operation, objectName, result.Errno, result.ExtendedAck);
}
