using HaTools.Lab.Machine;

namespace HaTools.Lab.Playing;

/// <summary>Which daemon runs on which director.</summary>
internal sealed record Cast(DirectorDaemon Master, DirectorDaemon Backup)
{
    public static Cast Hanode { get; } = new(DirectorDaemon.Hanode, DirectorDaemon.Hanode);

    public static Cast Keepalived { get; } = new(DirectorDaemon.Keepalived, DirectorDaemon.Keepalived);

    /// <summary>hanode, keepalived, or MASTER+BACKUP.</summary>
    public static Cast Parse(string text)
    {
        string[] words = text.Split('+');
        DirectorDaemon[] daemons = [.. words.Select(w => Enum.TryParse(w, ignoreCase: true, out DirectorDaemon d)
            ? d
            : throw new FormatException($"no such daemon: {w}; there are hanode, keepalived, and both: hanode+keepalived"))];
        return new Cast(daemons[0], daemons[^1]);
    }

    public override string ToString() => Master == Backup ? Master.ProgramName() : $"{Master.ProgramName()}+{Backup.ProgramName()}";
}
