namespace HaTools;

/// <summary>What a notify FIFO is doing.</summary>
public sealed record HaNotifyFifoState
{
    /// <summary>keepalived's name of it: <c>notify_fifo</c> (all is written to it), <c>vrrp_notify_fifo</c>, <c>lvs_notify_fifo</c>.</summary>
    public required string Keyword { get; init; }

    /// <summary>Where it is.</summary>
    public required string Path { get; init; }

    /// <summary>Whether somebody reads it.</summary>
    public required bool Connected { get; init; }

    /// <summary>How many lines were written.</summary>
    public long Written { get; init; }

    /// <summary>How many lines were thrown away, since whoever reads was too slow.</summary>
    public long Dropped { get; init; }

    /// <summary>Whether its script runs; null: it has none.</summary>
    public bool? ScriptRuns { get; init; }

    /// <summary>How often the script has ended by itself, to be started again.</summary>
    public long ScriptEnds { get; init; }

    /// <summary>How the script ended last: <c>exit 0</c>, <c>signal 15</c>, <c>cannot run: …</c>; null: it has not.</summary>
    public string? LastScriptResult { get; init; }
}
