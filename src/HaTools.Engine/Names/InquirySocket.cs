using System.Net;
using System.Runtime.InteropServices;
using HaTools.Engine.DnsWire;
using HaTools.Engine.Threading;
using HaTools.Linux;
using SocketAddress = HaTools.Engine.Checks.SocketAddress;

namespace HaTools.Engine.Names;

/// <summary>
/// One query to one name server and what comes back, by a socket of its own: the kernel gives it a port that nobody can guess, and nothing but what comes from the server. On the thread that made it.
/// </summary>
internal sealed unsafe class InquirySocket : IDisposable
{
    /// <summary>How often one is read from before it is another's turn.</summary>
    private const int ReadsAtOnce = 4;

    private readonly WorkThread thread;
    private readonly byte[] input;
    private readonly bool isStream;
    private readonly DnsFrame frame = new();
    private readonly byte[] output;
    private readonly Func<ReadOnlySpan<byte>, bool> received;
    private readonly Action<string> failed;
    private readonly int descriptor;
    private int written;
    private bool closed;

    /// <param name="thread">The thread that it is on.</param>
    /// <param name="input">What is read goes there first, of 65536 bytes; all sockets of the thread may share it.</param>
    /// <param name="server">Who is asked.</param>
    /// <param name="isStream">Whether by TCP.</param>
    /// <param name="query">What.</param>
    /// <param name="received">Takes a message; whether more is waited for. What it is given is gone when it returns.</param>
    /// <param name="failed">Hears why there will be none. Not called from the constructor.</param>
    /// <exception cref="IOException">There can be no socket.</exception>
    public InquirySocket(WorkThread thread, byte[] input, IPEndPoint server, bool isStream, byte[] query, Func<ReadOnlySpan<byte>, bool> received, Action<string> failed)
    {
        (this.thread, this.input, this.isStream, this.received, this.failed) = (thread, input, isStream, received, failed);
        output = isStream ? [(byte)(query.Length >> 8), (byte)query.Length, .. query] : query;
        descriptor = Libc.socket(SocketAddress.FamilyOf(server.Address), (isStream ? Libc.SOCK_STREAM : Libc.SOCK_DGRAM) | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (descriptor < 0) throw LinuxException.Last("opening a socket for a name server");
        try
        {
            Connect(server);
        }
        catch
        {
            _ = Libc.close(descriptor);
            throw;
        }
    }

    public void Dispose()
    {
        if (closed) return;
        closed = true;
        thread.Unwatch(descriptor);
        _ = Libc.close(descriptor);
        frame.End();
    }

    private void Connect(IPEndPoint server)
    {
        byte* address = stackalloc byte[SocketAddress.Longest];
        int length = SocketAddress.Write(server.Address, server.Port, new Span<byte>(address, SocketAddress.Longest));
        if (Libc.connect(descriptor, address, (uint)length) < 0 && Marshal.GetLastPInvokeError() is var error and not Errno.EINPROGRESS)
        {
            FailSoon("connecting to it", error);
            return;
        }

        thread.WatchWriting(descriptor, Write);
        thread.WantRoom(descriptor, true);
    }

    private void FailSoon(string doing, int error) => thread.Post(() =>
    {
        if (!closed) Fail(doing, error);
    });

    private void Write()
    {
        while (written < output.Length)
        {
            nint sent;
            fixed (byte* bytes = output) sent = Libc.send(descriptor, bytes + written, (nuint)(output.Length - written), Libc.MSG_NOSIGNAL);
            if (sent < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == Errno.EINTR) continue;
                if (error != Errno.EAGAIN) Fail(written == 0 && isStream ? "connecting to it" : "writing to it", error);
                return;
            }

            written += (int)sent;
        }

        thread.Unwatch(descriptor);
        thread.Watch(descriptor, Read);
    }

    private void Read()
    {
        for (int i = 0; i < ReadsAtOnce && !closed; i++)
        {
            nint count;
            fixed (byte* bytes = input) count = Libc.recv(descriptor, bytes, (nuint)input.Length, 0);
            if (count < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error == Errno.EINTR) continue;
                if (error != Errno.EAGAIN) Fail("reading from it", error);
                return;
            }

            if (!Take(input.AsSpan(0, (int)count))) return;
        }
    }

    private bool Take(ReadOnlySpan<byte> bytes)
    {
        if (!isStream) return received(bytes);
        if (bytes.IsEmpty)
        {
            failed(frame.HasBegun ? "it closed the connection before its answer was whole" : "it closed the connection without an answer");
            return false;
        }

        return !frame.TryTake(bytes, out ReadOnlySpan<byte> message) || received(message);
    }

    private void Fail(string doing, int error) => failed($"{Errno.Name(error)} ({Errno.Describe(error)}) {doing}");
}
