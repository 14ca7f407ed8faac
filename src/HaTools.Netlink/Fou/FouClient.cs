using System.Net.Sockets;
using HaTools.Linux;
using HaTools.Netlink.Generic;
using static HaTools.Netlink.linux_fou;

namespace HaTools.Netlink.Fou;

/// <summary>
/// The kernel's UDP ports of foo over UDP and GUE through generic netlink (what <c>ip fou</c> does), in the network namespace of the thread that opened it.
/// Not thread-safe: one thread at a time. Needs CAP_NET_ADMIN. Methods throw <see cref="NetlinkException"/> where the kernel refuses.
/// </summary>
public sealed class FouClient : IDisposable
{
    private readonly NetlinkSocket socket;
    private readonly ushort family;
    private readonly NetlinkBatch batch = new();
    private readonly NetlinkResult[] results = new NetlinkResult[1];

    private FouClient(NetlinkSocket socket, ushort family) => (this.socket, this.family) = (socket, family);

    /// <summary>Opens a client for the calling thread's network namespace; it stays with that one.</summary>
    /// <returns>Null: this kernel has none of it, or its module <c>fou</c> is not loaded.</returns>
    /// <exception cref="NetlinkException">The kernel gave no socket.</exception>
    public static FouClient? Open()
    {
        NetlinkSocket socket = NetlinkSocket.Open(NetlinkProtocol.Generic);
        try
        {
            if (GenericNetlink.FindFamily(socket, FOU_GENL_NAME) is { } found) return new FouClient(socket, found.Id);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return null;
    }

    /// <summary>All ports of the namespace.</summary>
    public IReadOnlyList<FouPort> GetPorts()
    {
        Begin(FOU_CMD_GET, NetlinkFlags.Dump, null);
        IReadOnlyList<PortReading> ports = socket.Dump(batch, Decode, out NetlinkResult result);
        return result.Succeeded ? [.. ports.Select(p => p.Port)] : throw new NetlinkException("reading the ports of fou", null, result.Errno, result.ExtendedAck);
    }

    /// <summary>Opens a port.</summary>
    /// <exception cref="NetlinkException">The kernel refused: EALREADY, it is open so already; EADDRINUSE, another socket has it.</exception>
    public void AddPort(in FouPort port) => Execute(FOU_CMD_ADD, port, "opening");

    /// <summary>Closes a port.</summary>
    /// <returns>False: it was not open.</returns>
    public bool DeletePort(in FouPort port)
    {
        Begin(FOU_CMD_DEL, NetlinkFlags.None, port);
        if (socket.Execute(batch, results) == 0) return true;
        return results[0].Errno == Errno.EINVAL && !GetPorts().Contains(port) ? false : throw Failure("closing", port);
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static PortReading? Decode(ushort type, ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out genlmsghdr _);
        int port = 0;
        AddressFamily family = AddressFamily.InterNetwork;
        byte protocol = 0;
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case FOU_ATTR_PORT:
                    port = reader.U16BigEndian();
                    break;
                case FOU_ATTR_AF:
                    family = reader.U8() == Libc.AF_INET6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
                    break;
                case FOU_ATTR_IPPROTO:
                    protocol = reader.U8();
                    break;
            }
        }

        reader.ThrowIfMalformed("reading the ports of fou");
        return new PortReading(new FouPort(port, family) { Protocol = protocol });
    }

    private void Execute(byte command, in FouPort port, string what)
    {
        Begin(command, NetlinkFlags.None, port);
        if (socket.Execute(batch, results) > 0) throw Failure(what, port);
    }

    private NetlinkException Failure(string what, in FouPort port) => new($"{what} {port}", null, results[0].Errno, results[0].ExtendedAck, results[0].Errno switch
    {
        Errno.EADDRINUSE => "another socket has the port: choose another one, at the directors too, or end its program",
        _ => null,
    });

    private void Begin(byte command, NetlinkFlags flags, FouPort? port)
    {
        batch.Clear();
        AttributeWriter writer = batch.Begin(family, flags);
        writer.Header(new genlmsghdr { cmd = command, version = FOU_GENL_VERSION });
        if (port is { } named)
        {
            writer.U8(FOU_ATTR_AF, (byte)(named.Family == AddressFamily.InterNetworkV6 ? Libc.AF_INET6 : Libc.AF_INET));
            writer.U16BigEndian(FOU_ATTR_PORT, (ushort)named.Port);
            writer.U8(FOU_ATTR_TYPE, named.Protocol == 0 ? FOU_ENCAP_GUE : FOU_ENCAP_DIRECT);
            if (named.Protocol != 0) writer.U8(FOU_ATTR_IPPROTO, named.Protocol);
        }

        batch.End(writer);
    }

    private sealed record PortReading(FouPort Port);
}
