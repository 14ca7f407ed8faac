namespace HaTools.Netlink.Ipvs.Save;

/// <summary>What is wrong with a saved table, and where.</summary>
public sealed record IpvsSaveError
{
    /// <summary>The line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The column, from 1, in characters.</summary>
    public required int Column { get; init; }

    /// <summary>
    /// The offending words; no more than their first 64 characters, and control characters as <c>\u001b</c>.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>What is wrong, and what to write instead where that is known; one line, fit for a terminal.</summary>
    public required string Message { get; init; }

    /// <summary>As <c>3:12: '70000': …</c>.</summary>
    public override string ToString() => $"{Line}:{Column}: '{Text}': {Message}";
}
