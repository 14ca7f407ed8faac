namespace HaTools;

/// <summary>
/// A FIFO (fifo(7)) that is told what happens, in order and in keepalived's format, a line for each change: <c>INSTANCE "VI_1" MASTER 100</c>, <c>GROUP "G" BACKUP 0</c>,
/// <c>VS [192.0.2.1]:tcp:80 UP</c>, <c>RS [192.0.2.11]:tcp:80 [192.0.2.1]:tcp:80 DOWN</c>. Whoever begins to read while nobody reads is told the state of everything first.
/// </summary>
/// <param name="Path">Where, an absolute path. It is made where nothing is (mode 0644), and what was made is removed at the end.</param>
public sealed record NotifyFifo(string Path)
{
    /// <summary>The owner (and after a colon the group), or several, as <see cref="HaConfiguration.ScriptUser"/> has them; null: that one. A FIFO that is there already is theirs or the engine's.</summary>
    public string? User { get; init; }

    /// <summary>
    /// What reads it (keepalived: <c>notify_fifo_script</c> and its kin), started with <see cref="Path"/> as its last argument, and again when it ends; null: somebody else does.
    /// </summary>
    public NotifyScript? Script { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Path}{(User is null ? "" : $" (of {User})")}{(Script is null ? "" : $", read by {Script}")}";
}
