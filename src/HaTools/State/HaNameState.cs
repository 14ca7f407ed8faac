namespace HaTools;

/// <summary>How a name stands that real servers come from, or the target of one's SRV records.</summary>
public sealed record HaNameState
{
    /// <summary>The name, in small letters.</summary>
    public required string Name { get; init; }

    /// <summary>The records that are asked for: A, AAAA or SRV.</summary>
    public required string RecordType { get; init; }

    /// <summary>Whether a name server has answered so far, or a former engine remembers that one has.</summary>
    public bool Answered { get; init; }

    /// <summary>The addresses in force, or targets with their ports.</summary>
    public IReadOnlyList<string> Records { get; init; } = [];

    /// <summary>The name server that they are from; null: a former engine had them.</summary>
    public string? NameServer { get; init; }

    /// <summary>Since when they are in force.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the name is asked for again, which is when they expire; null: it is asked for now.</summary>
    public DateTimeOffset? NextQuery { get; init; }

    /// <summary>Why the last question brought no records, in words; null: it did.</summary>
    public string? Trouble { get; init; }
}
