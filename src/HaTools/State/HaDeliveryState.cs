namespace HaTools;

/// <summary>What is doing a queue of what tells somebody else of changes: of mails, of a webhook.</summary>
public sealed record HaDeliveryState
{
    /// <summary>Where to; a webhook's name.</summary>
    public required string Target { get; init; }

    /// <summary>How many wait, or are being delivered.</summary>
    public long Waiting { get; init; }

    /// <summary>How many were delivered.</summary>
    public long Delivered { get; init; }

    /// <summary>How many were refused for good, or given up after an hour.</summary>
    public long Failed { get; init; }

    /// <summary>How many were thrown away, the oldest, since too many waited.</summary>
    public long Dropped { get; init; }

    /// <summary>When the last was delivered; null: none was.</summary>
    public DateTimeOffset? LastDelivery { get; init; }

    /// <summary>What last went wrong, in words; null: nothing has.</summary>
    public string? LastError { get; init; }
}
