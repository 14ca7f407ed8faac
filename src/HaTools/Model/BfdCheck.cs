namespace HaTools;

/// <summary>
/// A check that goes by a BFD session (keepalived: <c>BFD_CHECK</c>): the server is down while that is. A session that has not been up yet says nothing for as long as
/// its neighbour may be silent at the idle pace (<see cref="BfdSession.Multiplier"/> times <see cref="BfdSession.IdleTransmit"/>, a minute at most).
/// </summary>
public sealed record BfdCheck : HealthCheck
{
    /// <inheritdoc/>
    public override string Kind => "bfd";

    /// <summary>The name of the <see cref="BfdSession"/> (keepalived: <c>name</c>).</summary>
    public required string Session { get; init; }
}
