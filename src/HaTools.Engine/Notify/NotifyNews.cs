namespace HaTools.Engine.Notify;

/// <summary>What scripts, FIFOs, mails and webhooks are told.</summary>
internal enum NotifyKind
{
    Master,
    Backup,
    Fault,

    /// <summary>The node stops.</summary>
    Stop,

    /// <summary>A reload has taken the object away.</summary>
    Deleted,

    /// <summary>As master, an advert of lower priority was heard. Not a state.</summary>
    LowerPriority,

    /// <summary>A service has its quorum, a real server is up.</summary>
    Up,

    /// <summary>A service has lost its quorum, a real server is down.</summary>
    Down,

    /// <summary>The effective priority of a master has changed. Not a state, and for FIFOs alone.</summary>
    MasterPriority,

    /// <summary>The same of one that is no master.</summary>
    BackupPriority,
}

/// <summary>Why a service or a real server is told to be what it is.</summary>
internal enum NotifyCause
{
    /// <summary>It was not so until now.</summary>
    Change,

    /// <summary>It has come into the configuration.</summary>
    Begins,

    /// <summary>A reload has taken it away.</summary>
    End,

    /// <summary>The node stops.</summary>
    Stop,
}

/// <summary>One thing to tell.</summary>
/// <param name="Kind">What.</param>
/// <param name="Priority">The effective priority at that time; 0 for what has none.</param>
internal readonly record struct NotifyNews(NotifyKind Kind, int Priority)
{
    /// <summary>Why; of a service or a real server.</summary>
    public NotifyCause Cause { get; init; }

    /// <summary>What the real server weighs, or those of the service that are up.</summary>
    public long Weight { get; init; }

    /// <summary>What it was before; null: nobody knows.</summary>
    public NotifyKind? Former { get; init; }

    /// <summary>As keepalived's arguments and this node's messages have it.</summary>
    public string Word => Kind switch
    {
        NotifyKind.Master => "MASTER",
        NotifyKind.Backup => "BACKUP",
        NotifyKind.Fault => "FAULT",
        NotifyKind.Stop => "STOP",
        NotifyKind.Deleted => "DELETED",
        NotifyKind.Up => "UP",
        NotifyKind.Down => "DOWN",
        NotifyKind.MasterPriority => "MASTER_PRIORITY",
        NotifyKind.BackupPriority => "BACKUP_PRIORITY",
        _ => "MASTER_RX_LOWER_PRI",
    };
}

/// <summary>A check has begun to say something else of its real server.</summary>
/// <param name="Check">Which of its checks, from 0.</param>
/// <param name="Up">Whether it has succeeded.</param>
/// <param name="Reason">Why not, in words.</param>
/// <param name="ServerUp">Whether the server is up now.</param>
/// <param name="ServerChanged">Whether it was not, or the other way round.</param>
internal readonly record struct CheckNews(int Check, bool Up, string? Reason, bool ServerUp, bool ServerChanged);
