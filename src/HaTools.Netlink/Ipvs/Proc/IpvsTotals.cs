using System.Globalization;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// What IPVS has counted for all services together, those that are no more among them (/proc/net/ip_vs_stats and ip_vs_stats_percpu,
/// net/netfilter/ipvs/ip_vs_ctl.c). It is of the calling thread's network namespace.
/// </summary>
public static class IpvsTotals
{
    private const string Folder = "/proc/thread-self/net/";

    /// <summary>Counters since the last <see cref="IpvsClient.Zero"/>, and rates.</summary>
    /// <exception cref="IpvsUnavailableException">The kernel has no IPVS here.</exception>
    /// <exception cref="InvalidDataException">The file is not in the kernel's format.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IpvsStatistics Read() => Parse(ProcFile.Read(Folder + "ip_vs_stats"));

    /// <summary>
    /// What each processor has counted since IPVS was loaded: zeroing leaves it as it is, and there are no rates of one processor.
    /// </summary>
    /// <returns>One element for each possible processor, by its number; those that have counted nothing among them.</returns>
    /// <exception cref="IpvsUnavailableException">The kernel has no IPVS here.</exception>
    /// <exception cref="InvalidDataException">The file is not in the kernel's format.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IReadOnlyList<IpvsProcessorTotals> ReadPerProcessor() => ParsePerProcessor(ProcFile.Read(Folder + "ip_vs_stats_percpu"));

    /// <summary>
    /// Two headings, a line of counters, a heading, a line of rates; hexadecimal.
    /// </summary>
    internal static IpvsStatistics Parse(string text)
    {
        List<ulong[]> lines = [.. Numbers(text, "ip_vs_stats", first: 0)];
        if (lines is not [{ Length: 5 } counters, { Length: 5 } rates]) throw Malformed("ip_vs_stats");
        return Counters(counters) with
        {
            ConnectionRate = rates[0],
            IncomingPacketRate = rates[1],
            OutgoingPacketRate = rates[2],
            IncomingByteRate = rates[3],
            OutgoingByteRate = rates[4],
        };
    }

    /// <summary>
    /// Two headings, a line for each processor that begins with its number, one that begins with ~ (the total), a heading, a line of rates.
    /// </summary>
    internal static IReadOnlyList<IpvsProcessorTotals> ParsePerProcessor(string text)
    {
        int total = text.IndexOf('~', StringComparison.Ordinal);
        if (total < 0) throw Malformed("ip_vs_stats_percpu");
        List<IpvsProcessorTotals> processors = [];
        foreach (ulong[] numbers in Numbers(text[..total], "ip_vs_stats_percpu", first: 1))
        {
            if (numbers.Length != 6 || numbers[0] > int.MaxValue) throw Malformed("ip_vs_stats_percpu");
            processors.Add(new IpvsProcessorTotals((int)numbers[0], Counters(numbers[1..])));
        }

        return processors;
    }

    private static IpvsStatistics Counters(ulong[] numbers) => new()
    {
        Connections = numbers[0],
        IncomingPackets = numbers[1],
        OutgoingPackets = numbers[2],
        IncomingBytes = numbers[3],
        OutgoingBytes = numbers[4],
    };

    /// <summary>The lines that are numbers. A heading has words that begin with a capital letter and go on with a small one, as "Conns".</summary>
    private static IEnumerable<ulong[]> Numbers(string text, string file, int first)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length <= first || IsHeading(words)) continue;
            yield return Array.ConvertAll(words, w =>
                ulong.TryParse(w, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number) ? number : throw Malformed(file));
        }
    }

    private static bool IsHeading(string[] words) => words.Any(w => w is "Conns" or "Total" or "Conns/s");

    private static InvalidDataException Malformed(string file) => new($"/proc/net/{file} is not in the kernel's format.");
}

/// <summary>What one processor has counted.</summary>
/// <param name="Processor">Its number, from 0.</param>
/// <param name="Statistics">The counters since IPVS was loaded; the rates are 0.</param>
public readonly record struct IpvsProcessorTotals(int Processor, IpvsStatistics Statistics);
