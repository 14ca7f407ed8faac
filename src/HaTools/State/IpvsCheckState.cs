namespace HaTools;

/// <summary>What a check says of its real server.</summary>
public sealed record IpvsCheckState
{
    /// <summary>The kind of check, as the native language names it: <c>tcp</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The tracker that it goes by, a file's or a BFD session's name, whose state is among the node's trackers; null: it looks for itself.</summary>
    public string? Follows { get; init; }

    /// <summary>Whether it lets the server serve.</summary>
    public required bool Up { get; init; }

    /// <summary>Whether it has said so; else that is what is taken for granted until it does.</summary>
    public bool Spoken { get; init; }

    /// <summary>Why it does not let it, in words; null when it does.</summary>
    public string? Reason { get; init; }

    /// <summary>What will take the server down if nobody sees to it, in words: a certificate that expires; null: nothing that is known.</summary>
    public string? Warning { get; init; }

    /// <summary>By how much it changes the configured weight; null: it does not.</summary>
    public long? WeightChange { get; init; }
}
