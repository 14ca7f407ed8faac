using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using HaTools.Linux;

namespace HaTools.Engine.Checks;

/// <summary>From where a check's sockets come, as the kernel wants to hear it; made once, so that a try allocates nothing.</summary>
internal sealed unsafe class SocketOrigin
{
    private readonly byte[]? address;
    private readonly int length;
    private readonly byte[]? device;
    private readonly uint mark;
    private readonly bool hasPort;

    /// <param name="origin">From where.</param>
    /// <param name="family">The family of what is checked.</param>
    public SocketOrigin(CheckOrigin origin, int family)
    {
        (mark, hasPort) = (origin.Mark, origin.Port != 0);
        if (origin.Interface is { } name) device = [.. Encoding.UTF8.GetBytes(name), 0];
        if (origin.Address is null && origin.Port == 0) return;
        address = new byte[SocketAddress.Longest];
        length = SocketAddress.Write(origin.Address ?? (family == Libc.AF_INET ? IPAddress.Any : IPAddress.IPv6Any), origin.Port, address);
    }

    /// <summary>Gives a socket its origin.</summary>
    /// <returns>0, or the errno of what was refused.</returns>
    public int Apply(int socket)
    {
        if (mark != 0)
        {
            uint value = mark;
            if (Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_MARK, &value, sizeof(uint)) < 0) return Marshal.GetLastPInvokeError();
        }

        if (device is not null)
        {
            fixed (byte* name = device)
            {
                if (Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, name, (uint)device.Length) < 0) return Marshal.GetLastPInvokeError();
            }
        }

        if (address is null) return 0;

        if (hasPort)
        {
            // Several checks may come from one port, each to another server; and none of them may leave it in TIME_WAIT, from where it could not be used by the next.
            int on = 1;
            linger reset = new() { l_onoff = 1, l_linger = 0 };
            if (Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_REUSEADDR, &on, sizeof(int)) < 0) return Marshal.GetLastPInvokeError();
            if (Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_LINGER, &reset, (uint)sizeof(linger)) < 0) return Marshal.GetLastPInvokeError();
        }

        fixed (byte* own = address) return Libc.bind(socket, own, (uint)length) < 0 ? Marshal.GetLastPInvokeError() : 0;
    }
}
