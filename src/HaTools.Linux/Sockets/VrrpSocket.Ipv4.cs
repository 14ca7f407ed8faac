namespace HaTools.Linux;

/// <summary>IPv4: ip(7), raw(7).</summary>
internal sealed unsafe partial class VrrpSocket
{
    private void SetUp4()
    {
        if (InterfaceIndex != 0)
        {
            ip_mreqn device = new() { imr_ifindex = InterfaceIndex };
            int result = Libc.setsockopt(descriptor, Libc.IPPROTO_IP, Libc.IP_MULTICAST_IF, &device, (uint)sizeof(ip_mreqn));
            Check(result, "sending multicasts on");
        }

        SetOption(Libc.IPPROTO_IP, Libc.IP_HDRINCL, 1);
        SetOption(Libc.IPPROTO_IP, Libc.IP_MULTICAST_LOOP, 0);
        // Else it would hear every group that anyone on this host has joined.
        SetOption(Libc.IPPROTO_IP, Libc.IP_MULTICAST_ALL, 0);
    }

    private nint Send4(ReadOnlySpan<byte> datagram, uint destination)
    {
        sockaddr_in to = new() { sin_family = Libc.AF_INET, sin_addr = SocketAddress.Network(destination) };
        fixed (byte* p = datagram) return Libc.sendto(descriptor, p, (nuint)datagram.Length, 0, &to, (uint)sizeof(sockaddr_in));
    }
}
