using System.Buffers.Binary;
using System.Net;

namespace HaTools.Lab.Tests.Services;

/// <summary>A real server as a scheduler sees it.</summary>
internal readonly record struct Candidate(string Name, long Weight, long Active = 0, long Inactive = 0);

/// <summary>
/// IPVS's schedulers by their definitions (the comments and formulas of net/netfilter/ipvs/ip_vs_*.c, Linux 6.1 and 6.12). All go by the order of
/// the kernel's list, in which the newest server comes first.
/// </summary>
internal static class SchedulerOracle
{
    /// <summary>rr: one after the other, round and round; servers of weight 0 are passed over.</summary>
    public static IEnumerable<string> RoundRobin(IReadOnlyList<Candidate> list)
    {
        while (true)
            foreach (Candidate server in list.Where(s => s.Weight > 0)) yield return server.Name;
    }

    /// <summary>
    /// wrr: rounds at falling levels, from the greatest weight in steps of the weights' greatest common divisor; each takes all servers whose
    /// weight reaches its level.
    /// </summary>
    public static IEnumerable<string> WeightedRoundRobin(IReadOnlyList<Candidate> list)
    {
        long step = list.Select(s => s.Weight).Where(w => w > 0).Aggregate(Divisor), top = list.Max(s => s.Weight);
        while (true)
            for (long level = top; level > 0; level -= step)
                foreach (Candidate server in list.Where(s => s.Weight >= level)) yield return server.Name;
    }

    /// <summary>lc: the least connections, of which an active one counts as 256 inactive ones; weights only as 0 or not.</summary>
    public static string LeastConnection(IEnumerable<Candidate> list) => Least(list.Select(s => s with { Weight = Math.Min(s.Weight, 1) }), Overhead);

    /// <summary>wlc: the same by weight.</summary>
    public static string WeightedLeastConnection(IEnumerable<Candidate> list) => Least(list, Overhead);

    /// <summary>sed: the shortest expected delay, which is (active + 1) by weight.</summary>
    public static string ShortestExpectedDelay(IEnumerable<Candidate> list) => Least(list, s => s.Active + 1);

    /// <summary>nq: never queue: the first that is idle, else the shortest expected delay.</summary>
    public static string NeverQueue(IReadOnlyList<Candidate> list) =>
        list.FirstOrDefault(s => s is { Weight: > 0, Active: 0 }).Name ?? ShortestExpectedDelay(list);

    /// <summary>sh: a table of 256 places, filled from the list with as many in a row as the weight says, looked at by the client's address.</summary>
    public static string SourceHash(IReadOnlyList<Candidate> list, IPAddress client) =>
        Fill([.. list.SelectMany(s => Enumerable.Repeat(s.Name, (int)s.Weight))], client);

    /// <summary>dh: the same by the virtual address, and without weights.</summary>
    public static string DestinationHash(IReadOnlyList<Candidate> list, IPAddress service) => Fill([.. list.Select(s => s.Name)], service);

    /// <summary>
    /// twos: two are drawn, each by weight, and the one with the lesser load by weight is taken, the first of the two among equals. A draw is a
    /// number from 0 to the sum of weights, both included, by which the list is walked: 0 is the first server's, too.
    /// </summary>
    /// <returns>How probable each server is, in the list's order.</returns>
    public static IReadOnlyList<(string Name, double Probability)> TwoChoices(IReadOnlyList<Candidate> list)
    {
        Candidate[] drawn = [.. list.Where(s => s.Weight > 0).SelectMany((s, i) => Enumerable.Repeat(s, (int)s.Weight + (i == 0 ? 1 : 0)))];
        double each = 1.0 / drawn.Length / drawn.Length;
        var sum = list.ToDictionary(s => s.Name, _ => 0.0);
        foreach (Candidate first in drawn)
            foreach (Candidate second in drawn)
                sum[(second.Weight * Overhead(first) > first.Weight * Overhead(second) ? second : first).Name] += each;
        return [.. list.Select(s => (s.Name, sum[s.Name]))];
    }

    /// <summary>What twos and wlc compare.</summary>
    public static double LoadByWeight(Candidate server) => (double)Overhead(server) / server.Weight;

    private static string Fill(string[] row, IPAddress address)
    {
        // include/linux/hash.h, hash_32 to 8 bits.
        uint key = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
        return row[(key * 0x61C88647u >> 24) % row.Length];
    }

    private static long Overhead(Candidate server) => (server.Active << 8) + server.Inactive;

    /// <summary>The first of those for which a load by weight is least; compared without division, as the kernel does.</summary>
    private static string Least(IEnumerable<Candidate> list, Func<Candidate, long> load)
    {
        Candidate? best = null;
        foreach (Candidate server in list.Where(s => s.Weight > 0))
            if (best is not { } b || load(b) * server.Weight > load(server) * b.Weight) best = server;
        return best!.Value.Name;
    }

    private static long Divisor(long a, long b) => b == 0 ? a : Divisor(b, a % b);
}
