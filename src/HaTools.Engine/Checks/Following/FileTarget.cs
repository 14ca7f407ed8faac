using HaTools.Engine.DataPlane;
using HaTools.Engine.Threading;
using HaTools.Vrrp;

namespace HaTools.Engine.Checks;

/// <summary>A check that goes by the number in a tracked file.</summary>
/// <param name="Key">Whose check it is.</param>
/// <param name="File">The file tracker's name.</param>
/// <param name="Weight">What the number is multiplied by.</param>
/// <param name="Reverse">Whether the meaning is turned round.</param>
internal sealed record FileTarget(CheckKey Key, string File, int Weight, bool Reverse) : FollowingTarget(Key, new TrackerKey(TrackerKind.File, File))
{
    public override string Reason => $"the number in the tracked file {File} says so";

    public static FileTarget Of(HaConfiguration configuration, FileCheck check, CheckKey key)
    {
        FileTracker file = configuration.Files.First(f => f.Name == check.TrackFile);
        return new FileTarget(key, file.Name, check.Weight ?? file.Weight, check.Reverse ?? file.Reverse) { Alpha = check.Alpha };
    }

    public override FollowedWord? Of(in TrackerReading reading) => reading.State == TrackerState.Number ? Of(reading.Number, Weight, Reverse) : null;

    /// <summary>
    /// keepalived's rules (track_file.c): with weight 0 a number other than 0 has failed, reversed 0 has; else the number times the weight, reversed with its sign turned, is
    /// added to the server's weight, and -2147483648 or less has failed.
    /// </summary>
    /// <param name="number">The file's number, -2147483648 to 2147483648.</param>
    /// <param name="weight">What it is multiplied by.</param>
    /// <param name="reverse">Whether the meaning is turned round.</param>
    public static FollowedWord Of(long number, int weight, bool reverse)
    {
        if (weight == 0) return new((number != 0) == reverse);
        long change = number * weight * (reverse ? -1 : 1);
        return change <= int.MinValue ? new(false) : new(true, CheckWeight.More(change));
    }

    public override long FirstWordBy(long now, int count) => now + (FilePatience.Courtesy.Ticks * TimeSpan.NanosecondsPerTick) + Slack;

    public override string Words(bool up, string server) => up ? $"({server}): tracked file {File} lets it serve" : $"({server}): tracked file {File} now FAULT state";
}
