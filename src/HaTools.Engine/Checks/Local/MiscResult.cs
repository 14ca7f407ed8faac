using HaTools.Engine.DataPlane;
using HaTools.Engine.Scripts;

namespace HaTools.Engine.Checks;

/// <summary>What the end of a program says of its server, pure.</summary>
/// <param name="Success">Whether the server may serve.</param>
/// <param name="Weight">Its weight; null: as configured.</param>
internal readonly record struct MiscResult(bool Success, CheckWeight? Weight)
{
    // By which a status is more than the weight that it means: 0 and 1 have meanings of their own.
    private const int Offset = 2;

    /// <summary>
    /// keepalived's rules: 0 is good, and with <c>misc_dynamic</c> so is 2 to 255, which means a weight of 0 to 253. All else has failed: 1, a signal, a run that was ended
    /// since it took too long, one that could not be made.
    /// </summary>
    public static MiscResult Of(in ScriptOutcome outcome, bool saysWeight) => outcome.ExitCode switch
    {
        0 => new(true, null),
        >= Offset and int status when saysWeight => new(true, CheckWeight.Instead(status - Offset)),
        _ => new(false, null),
    };
}
