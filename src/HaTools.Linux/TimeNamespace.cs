using System.Globalization;

namespace HaTools.Linux;

/// <summary>time_namespaces(7): a process may see CLOCK_BOOTTIME shifted, and BPF programs see it as it is.</summary>
internal static class TimeNamespace
{
    private static readonly Lazy<bool> shifted = new(static () => IsShifted(Read()));

    /// <summary>Whether this process sees another time since the boot than the kernel does.</summary>
    public static bool IsBootTimeShifted => shifted.Value;

    /// <summary>Reads the form of <c>/proc/PID/timens_offsets</c>: a clock's name, seconds, nanoseconds.</summary>
    public static bool IsShifted(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is not ["boottime" or "7", .. var offsets]) continue;
            foreach (string offset in offsets)
            {
                if (!long.TryParse(offset, CultureInfo.InvariantCulture, out long number) || number != 0) return true;
            }
        }

        return false;
    }

    private static string[] Read()
    {
        try
        {
            return File.ReadAllLines("/proc/self/timens_offsets");
        }
        catch (IOException)
        {
            // A kernel without time namespaces shifts nothing.
            return [];
        }
    }
}
