namespace HaTools;

/// <summary>What the notify scripts of an instance, a sync group, an IPVS service or a real server are doing.</summary>
public sealed record HaNotifyState
{
    /// <summary>The script that runs now and the state that it is told: <c>notify_master (MASTER)</c>; null: none.</summary>
    public string? Running { get; init; }

    /// <summary>The script that ended last (keepalived's keyword: <c>notify_backup</c>); null: none yet.</summary>
    public string? LastScript { get; init; }

    /// <summary>The state that it was told: MASTER, BACKUP, FAULT, STOP, DELETED, MASTER_RX_LOWER_PRI; of a service or a real server UP, DOWN.</summary>
    public string? LastState { get; init; }

    /// <summary>How it ended: <c>exit 0</c>, <c>exit 1</c>, <c>signal 15</c>, <c>timed out</c>, <c>cannot run: …</c></summary>
    public string? LastResult { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? LastTime { get; init; }

    /// <summary>How many runs did not end with exit code 0 in time.</summary>
    public long Failures { get; init; }

    /// <summary>How many states were not told, because others followed while a script ran.</summary>
    public long Skipped { get; init; }
}
