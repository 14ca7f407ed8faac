namespace HaTools;

/// <summary>A check: what it asks of whom, and what it says of its real server.</summary>
public sealed record IpvsCheckState
{
    /// <summary>The kind of check, as the native language names it: <c>tcp</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Whom it asks, as <c>192.0.2.11:80</c>; the address alone where no port is asked (<c>ping</c>). null: nobody over the network (<c>misc</c>, <c>file</c>, <c>bfd</c>).</summary>
    public string? Target { get; init; }

    /// <summary>
    /// What it asks and what must come, in words, a line for each URL (<c>GET /health of www.example.com: status 200-204</c>) or other thing; a line of more than 200 characters is cut, and ends with
    /// <c>…</c>. Empty: that a connection can be made is all, or that its tracker says so.
    /// </summary>
    public IReadOnlyList<string> Asks { get; init; } = [];

    /// <summary>From where it asks, as <c>192.0.2.1:5000 interface eth0 mark 7</c>; null: as the kernel chooses.</summary>
    public string? Origin { get; init; }

    /// <summary>The seconds from the start of one check to the start of the next; null: it goes by a tracker.</summary>
    public double? Interval { get; init; }

    /// <summary>How many seconds a try may take; null: it goes by a tracker.</summary>
    public double? Timeout { get; init; }

    /// <summary>The tries after a failed one before the server is called down, from 0; null: it goes by a tracker.</summary>
    public int? Retries { get; init; }

    /// <summary>The seconds from a failed try to the next; null: it goes by a tracker.</summary>
    public double? RetryInterval { get; init; }

    /// <summary>Whether the server is down until this check has succeeded for the first time (keepalived: <c>alpha</c>).</summary>
    public bool Alpha { get; init; }

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
