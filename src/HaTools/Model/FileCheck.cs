namespace HaTools;

/// <summary>
/// A check that goes by the number in a tracked file (keepalived: <c>FILE_CHECK</c>), from the moment that it changes. The number times the weight is added to the server's
/// weight; -2147483648 or less: the server is down.
/// </summary>
public sealed record FileCheck : HealthCheck
{
    /// <inheritdoc/>
    public override string Kind => "file";

    /// <summary>The name of the <see cref="FileTracker"/> (keepalived: <c>track_file</c>).</summary>
    public required string TrackFile { get; init; }

    /// <summary>
    /// What the number is multiplied by, -2147483647 to 2147483647 (keepalived: <c>weight</c>); null: the tracker's own. 0: a number other than 0 in the file means that the
    /// server is down, and no weight is changed.
    /// </summary>
    public int? Weight { get; init; }

    /// <summary>Turns the sign of the weight (with weight 0: the number 0 means that the server is down); null: as the tracker does.</summary>
    public bool? Reverse { get; init; }
}
