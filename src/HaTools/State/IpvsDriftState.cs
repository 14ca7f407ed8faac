namespace HaTools;

/// <summary>What others have changed of a service, where it is not put right at once.</summary>
public sealed record IpvsDriftState
{
    /// <summary>Why it is not.</summary>
    public required IpvsDriftPhase Phase { get; init; }

    /// <summary>What was changed, in words: <c>has changed the weight of real server 192.0.2.11:80 from 3 to 7</c>.</summary>
    public required string Change { get; init; }

    /// <summary>Since when it has been changed, or fought over.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The seconds until it is put right again; null: it is not, or is put right as soon as it is seen.</summary>
    public double? RepairIn { get; init; }
}

/// <summary>Why a change of others is not put right at once.</summary>
public enum IpvsDriftPhase
{
    /// <summary>The configuration wants it to be left (<see cref="IpvsDriftPolicy.Report"/>).</summary>
    Left,

    /// <summary>Somebody changes it each time that it is put right: that is done less and less often.</summary>
    Contested,
}
