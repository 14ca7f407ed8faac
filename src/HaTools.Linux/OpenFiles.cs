namespace HaTools.Linux;

/// <summary>
/// How many descriptors this process may have open (getrlimit(2), RLIMIT_NOFILE). Services get 1,024 by default and may ask for more: who does not ask has none left when a thousand servers
/// hang at once. Programs compiled ahead of time have what they were started with; the just-in-time runtime asks by itself.
/// </summary>
internal static unsafe class OpenFiles
{
    /// <summary>How many may be open now.</summary>
    public static long Limit => (long)Math.Min(Get().rlim_cur, (ulong)long.MaxValue);

    /// <summary>
    /// Asks for as many as are needed: up to the hard limit, and over it where this process may (CAP_SYS_RESOURCE). Never lowers what there is, and takes no more than was asked for: children inherit
    /// it, and there are some that go through all the numbers they may have.
    /// </summary>
    /// <param name="needed">How many.</param>
    /// <returns>How many may be open now.</returns>
    public static long Raise(long needed)
    {
        rlimit now = Get();
        nuint wanted = (nuint)needed;
        if (now.rlim_cur >= wanted || TrySet(wanted, nuint.Max(now.rlim_max, wanted))) return Limit;
        _ = TrySet(nuint.Min(wanted, now.rlim_max), now.rlim_max);
        return Limit;
    }

    private static rlimit Get()
    {
        rlimit limit;
        return Libc.getrlimit(Libc.RLIMIT_NOFILE, &limit) == 0 ? limit : throw LinuxException.Last("asking for the limit of open files");
    }

    private static bool TrySet(nuint soft, nuint hard)
    {
        rlimit limit = new() { rlim_cur = soft, rlim_max = hard };
        return Libc.setrlimit(Libc.RLIMIT_NOFILE, &limit) == 0;
    }
}
