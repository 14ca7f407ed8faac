namespace HaTools.Netlink.Ipvs.Save;

/// <summary>
/// What the format has words for. ipvsadm's own writing is followed as far as it is defined; the whole table is refused sooner, wherever
/// it would come back as something else.
/// </summary>
internal static class SaveWords
{
    private const IpvsServiceFlags Flags = IpvsServiceFlags.Persistent | IpvsServiceFlags.Hashed | IpvsServiceFlags.OnePacket
        | IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2 | IpvsServiceFlags.Scheduler3;

    /// <exception cref="ArgumentException">There are none for the service.</exception>
    public static void Check(IpvsService service, IpvsSaveStyle style)
    {
        IpvsServiceKey key = service.Key;
        if (key == default) throw new ArgumentException("A service to be saved has no key.");
        if (service.Netmask is { } mask && !IpvsMessage.IsNetmask(mask, key.AddressFamily)) throw Wordless(key, $"the netmask {mask}");
        if (style == IpvsSaveStyle.Ipvsadm) return;
        if (!IsWord(service.Scheduler)) throw Wordless(key, $"the scheduler '{service.Scheduler}'");
        if (service.PersistenceEngine is { } engine && !IsWord(engine)) throw Wordless(key, $"the persistence engine '{engine}'");
        if ((service.Flags & ~Flags) != 0) throw Wordless(key, $"the flags {service.Flags}");
        bool isPersistent = (service.Flags & IpvsServiceFlags.Persistent) != 0;
        if (key is { Address: not null, Port: 0 } && !isPersistent) throw Wordless(key, "every port without persistence");
        if ((service.Flags & IpvsServiceFlags.OnePacket) != 0 && key.Protocol is IpvsProtocol.Tcp or IpvsProtocol.Sctp && key.Address is not null)
            throw Wordless(key, "one-packet scheduling");
    }

    /// <exception cref="ArgumentException">There are none for the server.</exception>
    public static void Check(IpvsServiceKey key, IpvsDestination server, IpvsSaveStyle style)
    {
        bool isTunnel = server.ForwardingMethod == IpvsForwardingMethod.Tunnel;
        bool whole = style == IpvsSaveStyle.Whole;
        if (server.ForwardingMethod > IpvsForwardingMethod.DirectRoute || (whole && server.ForwardingMethod == IpvsForwardingMethod.Local))
            throw Wordless(key, server, $"the forwarding method {server.ForwardingMethod}");
        if (isTunnel) CheckTunnel(key, server, whole);
        if (!whole) return;
        if (server.Weight < 0) throw Wordless(key, server, $"the weight {server.Weight}");
        if (server.LowerThreshold > server.UpperThreshold)
            throw Wordless(key, server, $"a lower threshold, {server.LowerThreshold}, above the upper one, {server.UpperThreshold}");
        if (!isTunnel && server.Address.AddressFamily != key.AddressFamily)
            throw Wordless(key, server, "another address family than the service's without a tunnel");
    }

    private static void CheckTunnel(IpvsServiceKey key, IpvsDestination server, bool whole)
    {
        if (whole && server.TunnelType > IpvsTunnelType.Gre) throw Wordless(key, server, $"the tunnel {server.TunnelType}");
        if (server.TunnelType is not (IpvsTunnelType.Gue or IpvsTunnelType.Gre)) return;
        IpvsTunnelFlags most = whole && server.TunnelType == IpvsTunnelType.Gre ? IpvsTunnelFlags.Checksum : IpvsTunnelFlags.RemoteChecksum;
        if (server.TunnelFlags > most) throw Wordless(key, server, $"the checksums {server.TunnelFlags}");
        if (whole && server.TunnelType == IpvsTunnelType.Gue && server.TunnelPort == 0) throw Wordless(key, server, "a GUE tunnel without a port");
    }

    /// <summary>Whether it stays one word, and the same: popt replaces <c>!#:+</c>, and ipvsadm passes over its own name.</summary>
    private static bool IsWord(string name) =>
        name != "ipvsadm" && !name.Contains("!#:+", StringComparison.Ordinal) && !name.AsSpan().ContainsAny(" \t\r\n\0");

    private static ArgumentException Wordless(IpvsServiceKey key, string what) => new($"{key}: {what}: a saved table of ipvsadm has no words for that.");

    private static ArgumentException Wordless(IpvsServiceKey key, IpvsDestination server, string what) =>
        new($"{key}: real server {server}: {what}: a saved table of ipvsadm has no words for that.");
}
