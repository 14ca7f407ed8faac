namespace HaTools;

/// <summary>
/// A file with a number in it, which times its weight is added to the priority (keepalived: <c>track_file</c> at the top level). It is
/// watched, not polled. A file that is not there, is empty or holds no number counts as 0.
/// </summary>
public sealed record FileTracker
{
    /// <summary>The name, unique among file trackers.</summary>
    public required string Name { get; init; }

    /// <summary>The file, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>-254 to 254. 0: a number other than 0 in the file puts the instance into FAULT.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Turns the sign of the weight (with weight 0: the number 0 is the fault).</summary>
    public bool Reverse { get; init; }

    /// <summary>What is written into the file at start (keepalived: <c>init_file</c>); null: it is left as it is.</summary>
    public int? InitialValue { get; init; }

    /// <summary>Whether <see cref="InitialValue"/> is written over what is there; else only into a file that does not exist.</summary>
    public bool Overwrite { get; init; }
}
