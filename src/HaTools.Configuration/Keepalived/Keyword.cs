namespace HaTools.Configuration.Keepalived;

/// <summary>A keyword that is read in some block.</summary>
/// <typeparam name="T">What the block is read into.</typeparam>
internal sealed record Keyword<T>
{
    public required string Name { get; init; }

    /// <summary>How many arguments it needs.</summary>
    public int Required { get; init; }

    /// <summary>How many arguments it takes; more are surplus.</summary>
    public int Allowed { get; init; }

    /// <summary>Whether a block follows.</summary>
    public bool HasBlock { get; init; }

    /// <summary>Whether it may stand more than once; else the last holds.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Takes the statement into the target.</summary>
    public required Action<ConfReading, ConfStatement, T> Read { get; init; }
}
