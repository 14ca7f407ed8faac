namespace HaTools.Linux;

/// <summary>IPv6: ipv6(7), RFC 3542.</summary>
internal sealed unsafe partial class VrrpSocket
{
    // A raw IPv6 socket without an address of its own is given every group that anyone on the host has joined, whatever
    // IPV6_MULTICAST_ALL says (net/ipv6/raw.c looks at the memberships only where there is an address).
    private AddressBits[] groups6 = [];

    private void SetUp6()
    {
        if (InterfaceIndex != 0) SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_IF, InterfaceIndex);
        SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_LOOP, 0);
        SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_MULTICAST_HOPS, 255);
        SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_TCLASS, TrafficClass);
        SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_RECVPKTINFO, 1);
        SetOption(Libc.IPPROTO_IPV6, Libc.IPV6_RECVHOPLIMIT, 1);
    }

    private int SetMembership6(AddressBits group, bool join)
    {
        ipv6_mreq membership = new() { ipv6mr_interface = InterfaceIndex };
        SocketAddress.Write6(membership.ipv6mr_multiaddr, group);
        int option = join ? Libc.IPV6_JOIN_GROUP : Libc.IPV6_LEAVE_GROUP;
        int result = Libc.setsockopt(descriptor, Libc.IPPROTO_IPV6, option, &membership, (uint)sizeof(ipv6_mreq));
        if (result == 0) groups6 = join ? [.. groups6, group] : [.. groups6.Where(g => g != group)];
        return result;
    }

    private nint Receive6(Span<byte> buffer, out PacketEnvelope envelope)
    {
        nint length;
        do
        {
            length = PacketReception.Receive(descriptor, 6, buffer, out envelope);
        }
        while (length >= 0 && (byte)(envelope.Destination >> 120) == 0xff && !groups6.AsSpan().Contains(envelope.Destination));
        return length;
    }

    private nint Send6(ReadOnlySpan<byte> payload, AddressBits destination, AddressBits source, int hopLimit)
    {
        const int ControlLength = 128;
        byte* control = stackalloc byte[ControlLength];
        var messages = new ControlMessages(control, ControlLength);
        if (source != 0)
        {
            in6_pktinfo info = new() { ipi6_ifindex = InterfaceIndex };
            SocketAddress.Write6(info.ipi6_addr, source);
            messages.Add(Libc.IPPROTO_IPV6, Libc.IPV6_PKTINFO, info);
        }

        if (hopLimit >= 0) messages.Add(Libc.IPPROTO_IPV6, Libc.IPV6_HOPLIMIT, hopLimit);
        sockaddr_in6 to = new() { sin6_family = Libc.AF_INET6 };
        SocketAddress.Write6(to.sin6_addr, destination);
        if (SocketAddress.NeedsScope(destination)) to.sin6_scope_id = (uint)InterfaceIndex;
        fixed (byte* p = payload)
        {
            iovec part = new() { iov_base = p, iov_len = (nuint)payload.Length };
            msghdr message = new()
            {
                msg_name = &to,
                msg_namelen = (uint)sizeof(sockaddr_in6),
                msg_iov = &part,
                msg_iovlen = 1,
                msg_control = messages.Length > 0 ? control : null,
                msg_controllen = (nuint)messages.Length,
            };
            return Libc.sendmsg(descriptor, &message, 0);
        }
    }
}
