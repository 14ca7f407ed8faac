namespace HaTools;

/// <summary>
/// Commands run when an instance or a sync group changes state. Those of one object run one after another, never two at once; what piles up
/// behind a slow one is dropped but for the last state, so that the last state always wins.
/// </summary>
public sealed record NotifyScripts
{
    /// <summary>None.</summary>
    public static NotifyScripts None { get; } = new();

    /// <summary>keepalived: <c>notify_master</c>.</summary>
    public NotifyScript? Master { get; init; }

    /// <summary>keepalived: <c>notify_backup</c>.</summary>
    public NotifyScript? Backup { get; init; }

    /// <summary>keepalived: <c>notify_fault</c>.</summary>
    public NotifyScript? Fault { get; init; }

    /// <summary>At the node's stop (keepalived: <c>notify_stop</c>).</summary>
    public NotifyScript? Stop { get; init; }

    /// <summary>When a reload takes the object away (keepalived: <c>notify_deleted</c>); instances only.</summary>
    public NotifyScript? Deleted { get; init; }

    /// <summary>
    /// Whether <see cref="Any"/> is told DELETED when a reload takes the instance away; else FAULT, as keepalived does without
    /// <c>notify_deleted</c>.
    /// </summary>
    public bool SaysDeleted { get; init; }

    /// <summary>
    /// After the one for the state, with four more arguments (keepalived: <c>notify</c>): GROUP or INSTANCE, the name, the state (MASTER, BACKUP, FAULT, STOP, DELETED), the
    /// priority (0 for a group).
    /// </summary>
    public NotifyScript? Any { get; init; }

    /// <summary>As master, on an advert of lower priority (keepalived: <c>notify_master_rx_lower_pri</c>); instances only.</summary>
    public NotifyScript? MasterReceivedLowerPriority { get; init; }
}

/// <summary>A command to run.</summary>
/// <param name="Command">The command line, as <see cref="ScriptTracker.Command"/>.</param>
/// <param name="User">The user (and after a colon the group), or several, as <see cref="HaConfiguration.ScriptUser"/> has them; null: that one.</param>
public sealed record NotifyScript(string Command, string? User = null)
{
    /// <inheritdoc/>
    public override string ToString() => User is null ? Command : $"{Command} (as {User})";
}
