namespace HaTools.Engine;

/// <summary>What came of an apply.</summary>
/// <param name="Changes">What was done, in order; empty when the desired state was in force already.</param>
/// <param name="Generation">How often a changed configuration was applied since the start.</param>
internal sealed record ApplyResult(IReadOnlyList<HaChange> Changes, int Generation);
