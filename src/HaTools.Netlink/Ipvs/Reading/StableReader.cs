using System.Net.Sockets;
using HaTools.Linux;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// Reads a table that others may be writing. IPVS dumps a page (one datagram, at most 32 KiB) at a time under its lock, finds the next
/// page by a running number, and never says that something changed between two pages: what was added before that place makes an entry
/// come twice, what was removed before it hides one. Therefore:
/// <list type="bullet">
/// <item>A table of one page is what it was at that moment, and read once.</item>
/// <item>A longer one is read twice. Entries are hidden at the ends of pages only, and the two sockets have pages of different sizes, in the
/// golden ratio, of which no multiples come close to each other for long: what one reading hides, the other one shows.</item>
/// <item>What only one of them shows is asked for by its key (services), or everything is read again (real servers: IPVS has no question
/// about one).</item>
/// <item>Where much changed meanwhile, everything is read again, up to 16 times.</item>
/// </list>
/// What cannot be known, since the table has no generation number: whether someone put back what was taken away. An entry that nobody
/// touches is missing only where, in both readings and at different places, more entries before it went between two pages than lie
/// between those places. Entries that others write meanwhile are there, or not, as they were at some moment of the reading.
/// </summary>
internal sealed class StableReader(NetlinkSocket socket, NetlinkSocket other, NetlinkVisitor<EntrySink> keep)
{
    /// <summary>The other socket's buffer in bytes: the kernel's page of 32 KiB, less its own overhead, times the golden ratio.</summary>
    public const int OtherPage = 20054;

    private const int Attempts = 16;
    private const int MostChanges = 32;

    private readonly EntryStore one = new();
    private readonly EntryStore two = new();
    private readonly List<(EntryKey Key, int Place)> onlyOne = [];
    private readonly List<(EntryKey Key, int Place)> onlyTwo = [];

    /// <summary>Reads the table.</summary>
    /// <param name="request">The request for a dump.</param>
    /// <param name="family">The service's address family, where real servers are read.</param>
    /// <param name="ask">Asks for one entry as it is now; null where the kernel cannot be asked.</param>
    /// <param name="result">How the kernel ended it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Each entry once, in the kernel's order (one that came or went meanwhile perhaps last); good until the next reading.</returns>
    /// <exception cref="NetlinkException">EINTR: much changed during each of 16 readings.</exception>
    public EntryStore Read(
        NetlinkBatch request, AddressFamily family, Func<ReadOnlyMemory<byte>, byte[]?>? ask, out NetlinkResult result,
        CancellationToken cancellation = default)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            NetlinkReading reading = Once(socket, request, family, one, cancellation);
            result = reading.Result;
            if (!reading.IsWhole) continue;
            if (!result.Succeeded || reading.Pages <= 1) return one;

            reading = Once(other, request, family, two, cancellation);
            result = reading.Result;
            if (!reading.IsWhole) continue;
            if (!result.Succeeded || reading.Pages <= 1) return two;

            Compare();
            if (onlyOne.Count + onlyTwo.Count == 0) return two;
            if (ask is null || onlyOne.Count + onlyTwo.Count > MostChanges) continue;
            Settle(ask);
            return two;
        }

        throw new NetlinkException("reading the IPVS table", null, Errno.EINTR, null,
            $"others changed it during each of {Attempts} readings; try again later");
    }

    private NetlinkReading Once(
        NetlinkSocket from, NetlinkBatch request, AddressFamily family, EntryStore into, CancellationToken cancellation)
    {
        into.Clear();
        return from.Read(request, new EntrySink(into, family), keep, cancellation);
    }

    private void Compare()
    {
        Missing(one, two, onlyOne);
        Missing(two, one, onlyTwo);
    }

    private static void Missing(EntryStore from, EntryStore other, List<(EntryKey Key, int Place)> missing)
    {
        missing.Clear();
        for (int i = 0; i < from.Count; i++)
            if (!other.Contains(from.KeyAt(i))) missing.Add((from.KeyAt(i), i));
    }

    private void Settle(Func<ReadOnlyMemory<byte>, byte[]?> ask)
    {
        var gone = new List<EntryKey>();
        foreach ((EntryKey key, int place) in onlyTwo)
        {
            if (ask(two[place].ToArray()) is { } present) two.Add(key, present);
            else gone.Add(key);
        }

        foreach ((EntryKey key, int place) in onlyOne)
            if (ask(one[place].ToArray()) is { } present) two.Add(key, present);
        two.Remove(gone);
    }
}

/// <summary>Where the messages of a dump go.</summary>
/// <param name="Store">The store.</param>
/// <param name="Family">The service's address family, where real servers are read.</param>
internal readonly record struct EntrySink(EntryStore Store, AddressFamily Family);
