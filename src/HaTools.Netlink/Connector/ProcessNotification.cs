namespace HaTools.Netlink.Connector;

/// <summary>What became of a process, as <see cref="ProcessMonitor"/> reads it. Threads are left out.</summary>
public readonly record struct ProcessNotification
{
    /// <summary>What happened.</summary>
    public required ProcessNotificationKind Kind { get; init; }

    /// <summary>The process, in the initial PID namespace; 0 for <see cref="ProcessNotificationKind.Overrun"/>.</summary>
    public int ProcessId { get; init; }

    /// <summary>The parent, for <see cref="ProcessNotificationKind.Forked"/>.</summary>
    public int ParentId { get; init; }

    /// <summary>The new name (comm, up to 15 bytes), for <see cref="ProcessNotificationKind.Renamed"/>.</summary>
    public string? Name { get; init; }
}

/// <summary>The kinds of notifications.</summary>
public enum ProcessNotificationKind
{
    /// <summary>Notifications were lost (ENOBUFS): read /proc anew.</summary>
    Overrun,

    /// <summary>A process was made; it still is what its parent is.</summary>
    Forked,

    /// <summary>A process became another program.</summary>
    Executed,

    /// <summary>A process gave itself another name (prctl PR_SET_NAME, or a write to comm).</summary>
    Renamed,

    /// <summary>A process ended.</summary>
    Exited,
}
