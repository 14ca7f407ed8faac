using System.Globalization;
using HaTools.Linux;

namespace HaTools.Engine.Scripts;

/// <summary>How a run ended.</summary>
/// <param name="Good">Whether it exited with 0 in time.</param>
/// <param name="Result">For status: <c>exit 0</c>, <c>signal 15</c>, <c>timed out</c>, <c>cannot run: …</c></param>
/// <param name="Words">As keepalived's log says it, after the script's name: <c>failed (exited with status 1)</c>.</param>
internal readonly record struct ScriptOutcome(bool Good, string Result, string Words)
{
    private const int LongestLine = 200;

    /// <summary>The first line that it printed, cut; null: none.</summary>
    public string? Said { get; init; }

    /// <summary>Its exit status, 0 to 255; null: it was ended, or never ran.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Whether it could not even be started, or ended as one that was not found or not executable.</summary>
    public bool CouldNotRun { get; init; }

    public static ScriptOutcome TimedOut { get; } = new(false, "timed out", "timed_out");

    /// <summary>Of a run whose start, or an earlier one's, has not come back in time.</summary>
    public static ScriptOutcome StartHangs { get; } =
        new(false, "timed out before it ran: its start waits for the file or a directory on the way to it (a file server that does not answer?)", "timed_out")
        {
            CouldNotRun = true,
        };

    /// <summary>Of a run that has ended.</summary>
    /// <param name="exit">How.</param>
    /// <param name="output">What it printed.</param>
    /// <param name="explanation">What <see cref="ScriptCommand.Explain"/> says of it; null: nothing.</param>
    public static ScriptOutcome Of(ChildExit exit, string output, string? explanation)
    {
        string? said = FirstLine(output);
        switch (exit)
        {
            case { IsSuccess: true }:
                return new(true, "exit 0", "succeeded") { Said = said, ExitCode = 0 };
            case { ExitCode: { } code }:
                string words = string.Create(CultureInfo.InvariantCulture, $"failed (exited with status {code})");
                string? meaning = code switch { 126 => "not executable", 127 => "not found", _ => null };
                if ((explanation ?? (meaning is null ? null : said ?? meaning)) is not { } why)
                    return new(false, exit.ToString(), words) { Said = said, ExitCode = code };
                return new(false, meaning is null ? $"{exit}: {why}" : $"{exit} ({meaning}): {why}", words) { Said = said, CouldNotRun = true, ExitCode = code };
            default:
                return new(false, exit.ToString(), string.Create(CultureInfo.InvariantCulture, $"failed (due to signal {exit.Signal})"))
                {
                    Said = said,
                };
        }
    }

    public static ScriptOutcome CannotRun(string why) =>
        new(false, $"cannot run: {why}", $"failed (cannot run: {why})") { CouldNotRun = true };

    private static string? FirstLine(string output)
    {
        foreach (ReadOnlySpan<char> line in output.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> text = line.Trim();
            if (text.IsEmpty) continue;
            text = text.Length > LongestLine ? text[..LongestLine] : text;
            return string.Create(text.Length, text, static (to, from) =>
            {
                for (int i = 0; i < from.Length; i++) to[i] = char.IsControl(from[i]) ? ' ' : from[i];
            });
        }

        return null;
    }
}
