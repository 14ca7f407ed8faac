namespace HaTools.Linux;

/// <summary>What to run, and how.</summary>
internal sealed record ChildProcessOptions
{
    /// <summary>The program: a path, or a name that is looked for in PATH.</summary>
    public required string FileName { get; init; }

    /// <summary>The arguments after the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Who the program runs as; null: as this process. Another user needs root and util-linux's setpriv.</summary>
    public ChildUser? User { get; init; }

    /// <summary>The whole environment of the child; null: this process's.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>What the program reads from stdin (UTF-8); null: nothing, /dev/null.</summary>
    public string? Input { get; init; }

    /// <summary>How many of the first bytes of stdout and stderr (together) are kept; 0: both go to /dev/null.</summary>
    public int CaptureOutputBytes { get; init; }
}

/// <summary>The credentials of a child.</summary>
/// <param name="UserId">The user.</param>
/// <param name="GroupId">The group.</param>
/// <param name="Groups">Its supplementary groups.</param>
internal sealed record ChildUser(uint UserId, uint GroupId, IReadOnlyList<uint> Groups);

/// <summary>How a child ended: exactly one of the two is set.</summary>
internal readonly record struct ChildExit(int? ExitCode, int? Signal)
{
    /// <summary>Whether it exited with 0.</summary>
    public bool IsSuccess => ExitCode == 0;

    /// <summary><c>exit 1</c>, <c>signal 15</c>.</summary>
    public override string ToString() => ExitCode is { } code ? $"exit {code}" : $"signal {Signal}";
}
