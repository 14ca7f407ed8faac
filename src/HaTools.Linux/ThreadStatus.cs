using System.Globalization;

namespace HaTools.Linux;

/// <summary>What the kernel says of a thread of this process (proc_pid_stat(5)).</summary>
/// <param name="State">R: it runs, or is ready to; S: it sleeps; D: it waits inside the kernel, and no signal reaches it; t: a debugger has stopped it …</param>
/// <param name="ProcessorTime">What it has had of the processors since it began.</param>
internal readonly record struct ThreadStatus(char State, TimeSpan ProcessorTime)
{
    // USER_HZ, which is 100 on every architecture that .NET runs on.
    private const int TicksPerSecond = 100;

    /// <summary>Whether it waits inside the kernel for something that no signal ends, not even that of the process's end.</summary>
    public bool IsInKernel => State == 'D';

    /// <summary>Looks at a thread.</summary>
    /// <param name="id">Its number in this process's pid namespace.</param>
    /// <returns>null: there is none, or the /proc that is mounted here is another namespace's.</returns>
    public static ThreadStatus? Of(int id)
    {
        try
        {
            string text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{id}/stat"));

            // The name before it may have blanks and brackets of its own.
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return new ThreadStatus(fields[0][0], TimeSpan.FromSeconds((double)ticks / TicksPerSecond));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
