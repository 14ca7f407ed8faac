namespace HaTools.Engine.Threading;

/// <summary>
/// How long the engine waits for the files that a configuration names. A pipe that nobody writes to, or a file server that is gone, would make it wait for ever, and
/// with it a start, a reload or a stop.
/// </summary>
internal static class FilePatience
{
    /// <summary>For what there is no going on without: the configuration itself, keys.</summary>
    public static readonly TimeSpan Needed = TimeSpan.FromSeconds(10);

    /// <summary>For what is looked at again later: scripts, tracked files. All of them together have it.</summary>
    public static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(3);

    // So that whoever reloads every minute against a server that is gone leaves no thread behind each time. More than one, since what hangs may be on a server that is
    // not asked any more: another is mounted in its place.
    private const int MostLost = 3;

    /// <summary>Why users and groups are not told, as a rule.</summary>
    public const string MuteDatabase = "(does the user database, LDAP or SSSD say, not answer? see nsswitch.conf)";

    private const string MuteFile = "(a file server that does not answer, or a pipe that nobody writes to?)";

    /// <summary>Readings that did not come back in time, by what they read.</summary>
    private static readonly Dictionary<string, List<Task>> Lost = [];

    /// <summary>Reads what is <see cref="Needed"/>, on a thread that is left behind where it hangs, in the namespaces of the one that asks.</summary>
    /// <param name="what">What is read, for the message; the same name is the same thing.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="suspicion">Why it may take too long, for the message.</param>
    /// <exception cref="HaEngineException">It takes too long, or so many did before that it is not tried.</exception>
    public static async Task<T> ReadAsync<T>(string what, Func<T> read, string suspicion = MuteFile)
    {
        if (CountLost(what) >= MostLost)
            throw new HaEngineException($"{what} cannot be read: {MostLost} readings of it that were begun before still wait {suspicion}");
        Task<T> reading = Errand.Begin("file-read", read);
        await ((Task)reading).WaitAsync(Needed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (reading.IsCompleted) return await reading.ConfigureAwait(false);
        lock (Lost)
        {
            if (!Lost.TryGetValue(what, out List<Task>? those)) Lost.Add(what, those = []);
            those.Add(reading);
        }

        throw new HaEngineException($"{what} could not be read within {Needed.TotalSeconds:0} s {suspicion}");
    }

    private static int CountLost(string what)
    {
        lock (Lost)
        {
            if (!Lost.TryGetValue(what, out List<Task>? those)) return 0;
            _ = those.RemoveAll(r => r.IsCompleted);
            if (those.Count == 0) _ = Lost.Remove(what);
            return those.Count;
        }
    }
}
