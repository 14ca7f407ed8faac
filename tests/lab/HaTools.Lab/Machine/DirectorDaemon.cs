namespace HaTools.Lab.Machine;

/// <summary>The programs that may keep a director's virtual addresses.</summary>
internal enum DirectorDaemon
{
    /// <summary>Ours.</summary>
    Hanode,

    /// <summary>Debian's: the reference.</summary>
    Keepalived,
}

internal static class DirectorDaemons
{
    public static string ProgramName(this DirectorDaemon daemon) => daemon == DirectorDaemon.Hanode ? "hanode" : "keepalived";
}
