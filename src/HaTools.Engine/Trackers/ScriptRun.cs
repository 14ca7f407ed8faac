using System.Collections;
using System.Globalization;
using HaTools.Linux;

namespace HaTools.Engine.Trackers;

/// <summary>How a run ended.</summary>
/// <param name="Good">Whether it exited with 0 in time.</param>
/// <param name="Result">For status: <c>exit 0</c>, <c>signal 15</c>, <c>timed out</c>, <c>cannot run: …</c></param>
/// <param name="Words">As keepalived's log says it, after the script's name: <c>failed (exited with status 1)</c>.</param>
internal readonly record struct ScriptOutcome(bool Good, string Result, string Words)
{
    public static ScriptOutcome TimedOut { get; } = new(false, "timed out", "timed_out");

    public static ScriptOutcome Of(ChildExit exit) => exit switch
    {
        { IsSuccess: true } => new(true, "exit 0", "succeeded"),
        { ExitCode: { } code } =>
            new(false, exit.ToString(), string.Create(CultureInfo.InvariantCulture, $"failed (exited with status {code})")),
        _ => new(false, exit.ToString(), string.Create(CultureInfo.InvariantCulture, $"failed (due to signal {exit.Signal})")),
    };

    public static ScriptOutcome CannotRun(string why) => new(false, $"cannot run: {why}", $"failed (cannot run: {why})");
}

/// <summary>Starts commands in sessions of their own.</summary>
internal static class ScriptStart
{
    // What would change how a script works depending on who started the engine; keepalived leaves them out as well (2.4).
    private static readonly Dictionary<string, string> Variables = CleanEnvironment();

    /// <exception cref="IOException">It cannot be run.</exception>
    public static ChildProcess Start(IReadOnlyList<string> command, ChildUser? user)
    {
        string[] arguments = [.. command.Skip(1)];
        var options = new ChildProcessOptions { FileName = command[0], Arguments = arguments, User = user, Environment = Variables };
        try
        {
            return ChildProcess.Start(options);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOEXEC)
        {
            // A script without a first line that names its interpreter: the shell's, as keepalived and every shell do.
            return ChildProcess.Start(options with { FileName = "/bin/sh", Arguments = command });
        }
    }

    private static Dictionary<string, string> CleanEnvironment()
    {
        Dictionary<string, string> variables = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Key is not ("IFS" or "LD_PRELOAD" or "LD_LIBRARY_PATH"))
                variables.Add((string)variable.Key, (string?)variable.Value ?? "");
        }

        return variables;
    }
}
