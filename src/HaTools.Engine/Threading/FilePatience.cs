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

    /// <summary>Reads what is <see cref="Needed"/>, on a thread that is left behind where it hangs, in the namespaces of the one that asks.</summary>
    /// <param name="what">What is read, for the message.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="HaEngineException">It takes too long.</exception>
    public static async Task<T> ReadAsync<T>(string what, Func<T> read)
    {
        try
        {
            return await Errand.Begin("file-read", read).WaitAsync(Needed).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new HaEngineException(
                $"{what} could not be read within {Needed.TotalSeconds:0} s (a file server that does not answer, or a pipe that nobody writes to?)", e);
        }
    }
}
