using System.Collections;
using HaTools.Linux;

namespace HaTools.Engine.Scripts;

/// <summary>A command line of the configuration, made ready to run: split, its user found, its way looked at before every run.</summary>
internal sealed class ScriptCommand
{
    /// <summary>What is kept of a run's output.</summary>
    private const int CaptureBytes = 4096;

    // What would change how a script works depending on who started the engine; keepalived leaves them out as well (2.4).
    private static readonly Dictionary<string, string> Variables = CleanEnvironment(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? ""));

    private readonly string what;
    private readonly IReadOnlyList<string> words;
    private readonly ScriptUser user;
    private readonly bool security;

    /// <param name="what">What it is, for messages: <c>vrrp_script chk</c>, <c>notify_master of VI_1</c>.</param>
    /// <param name="commandLine">The command line.</param>
    /// <param name="user">Who runs it.</param>
    /// <param name="policy">What holds for all scripts.</param>
    /// <exception cref="HaEngineException">The command line cannot be read.</exception>
    public ScriptCommand(string what, string commandLine, ScriptUser user, ScriptPolicy policy)
    {
        (this.what, this.user, security) = (what, user, policy.Security);
        try
        {
            words = CommandLine.Split(commandLine);
        }
        catch (FormatException e)
        {
            throw new HaEngineException($"{what}: {e.Message}", e);
        }
    }

    /// <summary>What it is, for messages: <c>vrrp_script chk</c>.</summary>
    public string What => what;

    /// <summary>Whether root runs it because nobody has named a user.</summary>
    public bool IsRootByDefault => user is { IsByDefault: true, UserId: 0 };

    /// <summary>What may explain a failure: it lacks rights that it would have had with keepalived. null: somebody has named its user.</summary>
    public string? DefaultUserRemark => user is { IsByDefault: true, UserId: not 0 } ? $"it ran as {user.Name}, since no user is named for it" : null;

    /// <summary>Whether it is run in the same way as another.</summary>
    public bool RunsAs(ScriptCommand other) => user == other.user && security == other.security;

    /// <summary>The program, as the command line names it.</summary>
    public string Program => words[0];

    /// <summary>What a person should know of it when its file system does not answer.</summary>
    public string Unanswered => $"{what}: the file system of {Program} does not answer; the script is not run before it does, and is "
        + (security ? "checked again before each run" : "not checked then either, as the configuration asks for");

    /// <summary>What is wrong with it on this host, so that it would be refused; null: nothing is. It may wait for ever, as <see cref="Start"/> may.</summary>
    public string? Refusal() => security ? Refusal(Find()) : null;

    /// <summary>What a person should know of it although it is run, one sentence; null: nothing. It may wait for ever, as <see cref="Start"/> may.</summary>
    public string? Concern() => Concern(Find());

    /// <summary>What of the engine's environment a script gets.</summary>
    public static Dictionary<string, string> CleanEnvironment(Dictionary<string, string> engine) =>
        engine.Where(v => v.Key is not ("IFS" or "LD_PRELOAD" or "LD_LIBRARY_PATH")).ToDictionary();

    /// <summary>Starts it in a session of its own. That may wait for ever: see <see cref="ScriptStart"/>.</summary>
    /// <param name="more">Arguments after its own.</param>
    /// <param name="isWanted">Whether it is still to be started: asked before each step that nothing can take back.</param>
    /// <returns>The process; null: it is not wanted any more.</returns>
    /// <exception cref="IOException">It cannot be run, or must not be.</exception>
    public ChildProcess? Start(IReadOnlyList<string> more, Func<bool> isWanted)
    {
        if (security && WhyNotRun(Find()) is { } reason) throw new IOException(reason);
        if (!isWanted()) return null;
        var options = new ChildProcessOptions
        {
            FileName = words[0],
            Arguments = [.. words.Skip(1), .. more],
            User = user.Credentials,
            Environment = Variables,
            CaptureOutputBytes = CaptureBytes,
        };
        try
        {
            return ChildProcess.Start(options);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOEXEC)
        {
            if (!isWanted()) return null;

            // A script without a first line that names its interpreter: the shell's, as keepalived and every shell do.
            return ChildProcess.Start(options with { FileName = "/bin/sh", Arguments = [words[0], .. options.Arguments] });
        }
    }

    /// <summary>
    /// Why a run failed, if the way to its program explains it; null: it does not. 126 and 127 say that something was not executable or not found.
    /// A script's interpreter that may not read the script says so in its own way. It may wait for ever, as <see cref="Start"/> may.
    /// </summary>
    public string? Explain(int exitCode)
    {
        if (IsNotRun(exitCode)) return Concern();
        return Find() is { Broken: null } path && path.FirstBarrier(user.UserId, user.Groups) is { } barrier
            ? $"{what}: {barrier}"
            : null;
    }

    /// <summary>Whether <see cref="Explain"/> would look at the files for it.</summary>
    public bool IsToBeExplained(int exitCode) => exitCode != 0 && (IsNotRun(exitCode) || user.Credentials is not null);

    private string? Refusal(ScriptPath? path)
    {
        if (path is not { Broken: null } || !NeedsProtection(path)) return null;
        return path.FirstUnsafe() is { } step
            ? $"{what}: {words[0]} is unsafe to run with root's rights: {step}; or give it a user of its own"
            : null;
    }

    private string? Concern(ScriptPath? path)
    {
        if (path is null) return $"{what}: there is no program {words[0]} in PATH";
        if (path.Broken is { } broken) return $"{what}: {words[0]} is not found: {broken}";
        if (path.FirstBarrier(user.UserId, user.Groups) is { } barrier) return $"{what}: {barrier}";
        return !security && NeedsProtection(path) && path.FirstUnsafe() is { } step
            ? $"{what}: {words[0]} runs with root's rights though {step}: scripts are not checked, as the configuration asks for"
            : null;
    }

    // A way that could not be gone to its end may be there the next moment (a file server that is back): what root would run is not run for that, unseen.
    private string? WhyNotRun(ScriptPath? path) => user.IsPrivileged && path is not { Broken: null } ? Concern(path) : Refusal(path);

    private static bool IsNotRun(int exitCode) => exitCode is 126 or 127;

    private bool NeedsProtection(ScriptPath path)
    {
        const int setUser = Libc.S_ISUID | Libc.S_IXUSR, setGroup = Libc.S_ISGID | Libc.S_IXGRP;
        FileStatus program = path.Program.Status;
        return user.IsPrivileged
            || (program.UserId == 0 && (program.Mode & setUser) == setUser)
            || (program.GroupId == 0 && (program.Mode & setGroup) == setGroup);
    }

    /// <summary>The way to the program; null: it is a bare name, and no directory of PATH has it.</summary>
    private ScriptPath? Find()
    {
        string program = words[0];
        if (program.Contains('/', StringComparison.Ordinal)) return ScriptPath.Walk(Path.GetFullPath(program), KernelFiles.Instance);
        foreach (string directory in (Variables.GetValueOrDefault("PATH") ?? "/bin:/usr/bin").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = ScriptPath.Walk(Path.Combine(Path.GetFullPath(directory), program), KernelFiles.Instance);
            if (path.Broken is null && path.FirstBarrier(user.UserId, user.Groups) is null) return path;
        }

        return null;
    }
}
