namespace HaTools;

/// <summary>The use of a tracker (interface, script, file, process, BFD session) by an instance or a sync group.</summary>
/// <param name="Name">The tracker's name; for an interface, its own.</param>
/// <param name="Weight">
/// Overrides the tracker's weight; null: the tracker's own, which for an interface is 0. -253 to 253 (files and processes: -254 to 254).
/// 0: a failure is a FAULT. Positive: added while the tracker is up. Negative: added (so it lowers) while it is down. For a file: what its
/// number is multiplied by.
/// </param>
/// <param name="Reverse">Turns the sign of what is added (keepalived: <c>reverse</c>); with weight 0 the tracker's being up is the fault. null: the
/// tracker's own.</param>
public sealed record Tracked(string Name, int? Weight = null, bool? Reverse = null)
{
    /// <inheritdoc/>
    public override string ToString() =>
        (Weight is { } w ? $"{Name} weight {w}" : Name) + (Reverse switch { true => " reverse", false => " noreverse", null => "" });
}
