namespace HaTools.Netlink.Ipvs.Save;

/// <summary>An option of ipvsadm 1.31 (man ipvsadm(8)); those that no line of a saved table may have are there to be refused by name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Letter">Its letter; NUL: it has none.</param>
/// <param name="Name">Its long name.</param>
/// <param name="Value">Whether a value follows.</param>
internal sealed record SaveOption(SaveOptionKind Kind, char Letter, string Name, SaveOptionValue Value = SaveOptionValue.None)
{
    private static readonly SaveOption[] All =
    [
        new(SaveOptionKind.AddService, 'A', "add-service"),
        new(SaveOptionKind.AddServer, 'a', "add-server"),
        new(SaveOptionKind.OtherCommand, 'E', "edit-service"),
        new(SaveOptionKind.OtherCommand, 'D', "delete-service"),
        new(SaveOptionKind.OtherCommand, 'C', "clear"),
        new(SaveOptionKind.OtherCommand, 'L', "list"),
        new(SaveOptionKind.OtherCommand, 'l', "list"),
        new(SaveOptionKind.OtherCommand, 'Z', "zero"),
        new(SaveOptionKind.OtherCommand, 'e', "edit-server"),
        new(SaveOptionKind.OtherCommand, 'd', "delete-server"),
        new(SaveOptionKind.OtherCommand, '\0', "set"),
        new(SaveOptionKind.OtherCommand, 'h', "help"),
        new(SaveOptionKind.OtherCommand, 'v', "version"),
        new(SaveOptionKind.OtherCommand, 'R', "restore"),
        new(SaveOptionKind.OtherCommand, 'S', "save"),
        new(SaveOptionKind.OtherCommand, '\0', "start-daemon", SaveOptionValue.Needed),
        new(SaveOptionKind.OtherCommand, '\0', "stop-daemon", SaveOptionValue.Needed),
        new(SaveOptionKind.TcpService, 't', "tcp-service", SaveOptionValue.Needed),
        new(SaveOptionKind.UdpService, 'u', "udp-service", SaveOptionValue.Needed),
        new(SaveOptionKind.SctpService, '\0', "sctp-service", SaveOptionValue.Needed),
        new(SaveOptionKind.FirewallMark, 'f', "fwmark-service", SaveOptionValue.Needed),
        new(SaveOptionKind.Ipv6, '6', "ipv6"),
        new(SaveOptionKind.Scheduler, 's', "scheduler", SaveOptionValue.Needed),
        new(SaveOptionKind.Persistent, 'p', "persistent", SaveOptionValue.Possible),
        new(SaveOptionKind.Netmask, 'M', "netmask", SaveOptionValue.Needed),
        new(SaveOptionKind.PersistenceEngine, '\0', "pe", SaveOptionValue.Needed),
        new(SaveOptionKind.OnePacket, 'o', "ops"),
        new(SaveOptionKind.SchedulerFlags, 'b', "sched-flags", SaveOptionValue.Needed),
        new(SaveOptionKind.RealServer, 'r', "real-server", SaveOptionValue.Needed),
        new(SaveOptionKind.Masquerade, 'm', "masquerading"),
        new(SaveOptionKind.Tunnel, 'i', "ipip"),
        new(SaveOptionKind.DirectRoute, 'g', "gatewaying"),
        new(SaveOptionKind.Weight, 'w', "weight", SaveOptionValue.Needed),
        new(SaveOptionKind.UpperThreshold, 'x', "u-threshold", SaveOptionValue.Needed),
        new(SaveOptionKind.LowerThreshold, 'y', "l-threshold", SaveOptionValue.Needed),
        new(SaveOptionKind.TunnelType, '\0', "tun-type", SaveOptionValue.Needed),
        new(SaveOptionKind.TunnelPort, '\0', "tun-port", SaveOptionValue.Needed),
        new(SaveOptionKind.NoChecksum, '\0', "tun-nocsum"),
        new(SaveOptionKind.Checksum, '\0', "tun-csum"),
        new(SaveOptionKind.RemoteChecksum, '\0', "tun-remcsum"),
        new(SaveOptionKind.Sort, '\0', "sort"),
        new(SaveOptionKind.Elsewhere, 'n', "numeric"),
        new(SaveOptionKind.Elsewhere, 'c', "connection"),
        new(SaveOptionKind.Elsewhere, '\0', "mcast-interface", SaveOptionValue.Needed),
        new(SaveOptionKind.Elsewhere, '\0', "syncid", SaveOptionValue.Needed),
        new(SaveOptionKind.Elsewhere, '\0', "timeout"),
        new(SaveOptionKind.Elsewhere, '\0', "daemon"),
        new(SaveOptionKind.Elsewhere, '\0', "stats"),
        new(SaveOptionKind.Elsewhere, '\0', "rate"),
        new(SaveOptionKind.Elsewhere, '\0', "thresholds"),
        new(SaveOptionKind.Elsewhere, '\0', "persistent-conn"),
        new(SaveOptionKind.Elsewhere, '\0', "nosort"),
        new(SaveOptionKind.Elsewhere, 'X', "exact"),
        new(SaveOptionKind.Elsewhere, '\0', "mcast-group", SaveOptionValue.Needed),
        new(SaveOptionKind.Elsewhere, '\0', "mcast-port", SaveOptionValue.Needed),
        new(SaveOptionKind.Elsewhere, '\0', "mcast-ttl", SaveOptionValue.Needed),
        new(SaveOptionKind.Elsewhere, '\0', "sync-maxlen", SaveOptionValue.Needed),
        new(SaveOptionKind.Elsewhere, '\0', "tun-info"),
    ];

    /// <summary>Whether it is one of the four that name a service.</summary>
    public bool IsService => Kind is SaveOptionKind.TcpService or SaveOptionKind.UdpService or SaveOptionKind.SctpService or SaveOptionKind.FirewallMark;

    /// <summary>Whether it is one of the three ways in which packets reach a server.</summary>
    public bool IsForwarding => Kind is SaveOptionKind.Masquerade or SaveOptionKind.Tunnel or SaveOptionKind.DirectRoute;

    /// <summary>Whether <c>-A</c> takes it.</summary>
    public bool IsOfServices => IsService || Kind is SaveOptionKind.Ipv6 or SaveOptionKind.Sort or SaveOptionKind.Scheduler or SaveOptionKind.Persistent
        or SaveOptionKind.Netmask or SaveOptionKind.PersistenceEngine or SaveOptionKind.OnePacket or SaveOptionKind.SchedulerFlags;

    /// <summary>Whether <c>-a</c> takes it.</summary>
    public bool IsOfServers => IsService || IsForwarding || IsOfTunnels || Kind is SaveOptionKind.Ipv6 or SaveOptionKind.Sort or SaveOptionKind.RealServer
        or SaveOptionKind.Weight or SaveOptionKind.UpperThreshold or SaveOptionKind.LowerThreshold;

    /// <summary>Whether it says something of a tunnel.</summary>
    public bool IsOfTunnels => Kind is SaveOptionKind.TunnelType or SaveOptionKind.TunnelPort or SaveOptionKind.NoChecksum or SaveOptionKind.Checksum
        or SaveOptionKind.RemoteChecksum;

    /// <summary>As <c>-t (--tcp-service)</c>.</summary>
    public override string ToString() => Letter == '\0' ? $"--{Name}" : $"-{Letter} (--{Name})";

    /// <summary>The option of a letter; null: there is none.</summary>
    public static SaveOption? Find(char letter) => letter == '\0' ? null : Array.Find(All, o => o.Letter == letter);

    /// <summary>The option of a long name, which cannot be abbreviated; null: there is none.</summary>
    public static SaveOption? Find(ReadOnlySpan<char> name)
    {
        foreach (SaveOption option in All)
        {
            if (name.SequenceEqual(option.Name)) return option;
        }

        return null;
    }
}

/// <summary>What an option is.</summary>
internal enum SaveOptionKind
{
    AddService,
    AddServer,

    /// <summary>A command that does something to a table, instead of telling what is in it.</summary>
    OtherCommand,
    TcpService,
    UdpService,
    SctpService,
    FirewallMark,
    Ipv6,
    Scheduler,
    Persistent,
    Netmask,
    PersistenceEngine,
    OnePacket,
    SchedulerFlags,
    RealServer,
    Masquerade,
    Tunnel,
    DirectRoute,
    Weight,
    UpperThreshold,
    LowerThreshold,
    TunnelType,
    TunnelPort,
    NoChecksum,
    Checksum,
    RemoteChecksum,

    /// <summary>Taken everywhere, and without meaning: ipvsadm's default.</summary>
    Sort,

    /// <summary>Of other commands.</summary>
    Elsewhere,
}

/// <summary>Whether a value follows an option.</summary>
internal enum SaveOptionValue
{
    None,

    /// <summary>Whatever comes next is it, even if it looks like an option.</summary>
    Needed,

    /// <summary>What comes next is it unless that begins with <c>-</c>.</summary>
    Possible,
}
