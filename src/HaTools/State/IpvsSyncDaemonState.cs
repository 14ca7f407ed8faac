namespace HaTools;

/// <summary>One of the kernel's daemons that synchronize IPVS connections, as it should be and as it is.</summary>
public sealed record IpvsSyncDaemonState
{
    /// <summary>Whether it sends or listens.</summary>
    public required IpvsSyncRole Role { get; init; }

    /// <summary>The interface.</summary>
    public required string Interface { get; init; }

    /// <summary>What directors that belong together have in common, 0 to 255.</summary>
    public required int SyncId { get; init; }

    /// <summary>The instance whose state decides the role; null: both roles run all the time.</summary>
    public string? Instance { get; init; }

    /// <summary>Whether it runs in the kernel.</summary>
    public required bool Running { get; init; }

    /// <summary>Why it does not run, in words; null: it does.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a daemon that synchronizes IPVS connections does.</summary>
public enum IpvsSyncRole
{
    /// <summary>It sends the connections of this director.</summary>
    Master,

    /// <summary>It takes the connections of others into the table.</summary>
    Backup,
}
