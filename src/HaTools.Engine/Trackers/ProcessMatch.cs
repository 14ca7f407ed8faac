using System.Text;

namespace HaTools.Engine.Trackers;

/// <summary>Whether a process is one of those that a tracker counts, pure.</summary>
internal sealed class ProcessMatch
{
    /// <summary>The kernel keeps this much of a process's name (TASK_COMM_LEN without its NUL).</summary>
    private const int LongestName = 15;

    private readonly string program;
    private readonly IReadOnlyList<string> parameters;
    private readonly ParameterMatch? how;

    public ProcessMatch(ProcessTracker tracker)
    {
        program = tracker.Command[0];
        parameters = [.. tracker.Command.Skip(1)];
        how = tracker.Parameters ?? (parameters.Count > 0 ? ParameterMatch.Exact : null);
        NeedsCommandLine = tracker.FullCommand || how is not null;
        if (NeedsCommandLine) return;
        byte[] name = Encoding.UTF8.GetBytes(program);
        if (name.Length > LongestName) program = Encoding.UTF8.GetString(name, 0, LongestName);
    }

    /// <summary>Whether the command line decides, and not the name.</summary>
    public bool NeedsCommandLine { get; }

    /// <param name="name">The process's name (comm).</param>
    /// <param name="commandLine">Its program and arguments as it was started; empty: not known, or there is none (a kernel thread, a zombie).</param>
    public bool Matches(string name, IReadOnlyList<string> commandLine)
    {
        if (!NeedsCommandLine) return name == program;
        if (commandLine.Count == 0 || commandLine[0] != program) return false;
        int given = commandLine.Count - 1;
        switch (how)
        {
            case null:
                return true;
            case ParameterMatch.Exact when given != parameters.Count:
                return false;
            default:
                if (given < parameters.Count) return false;
                for (int i = 0; i < parameters.Count; i++)
                {
                    bool beginning = how == ParameterMatch.Initial && i == parameters.Count - 1;
                    string argument = commandLine[i + 1];
                    if (!(beginning ? argument.StartsWith(parameters[i], StringComparison.Ordinal) : argument == parameters[i])) return false;
                }

                return true;
        }
    }
}
