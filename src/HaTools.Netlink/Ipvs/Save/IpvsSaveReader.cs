namespace HaTools.Netlink.Ipvs.Save;

/// <summary>
/// Reads what <c>ipvsadm -S -n</c> writes and <c>ipvsadm -R</c> reads (man ipvsadm(8) 1.31): a line for each service (<c>-A</c>) and for
/// each real server (<c>-a</c>), with every option that these take, long or short. Lines that begin with <c>#</c> are comments, as for
/// ipvsadm-restore. It needs no kernel, and tells all errors at once.
/// <para>It takes what <c>ipvsadm -S</c> writes and <c>-R</c> refuses: weights above 65535, timeouts of 0 and of more than 31 days,
/// negative firewall marks. A port that is written for a server of <c>-g</c> or <c>-i</c> is kept as the kernel keeps it, where
/// <c>-R</c> puts the service's in its place.</para>
/// <para>It refuses what <c>ipvsadm -R</c> loses without a word (names of schedulers of more than 15 bytes, a port behind an IPv4 address
/// in brackets, a netmask before an IPv6 address, digits with other characters behind them as an IPv6 netmask), commands other than
/// <c>-A</c> and <c>-a</c>, and names of hosts and ports, which it does not look up.</para>
/// </summary>
public static class IpvsSaveReader
{
    /// <summary>How many errors are told; with them the reading ends.</summary>
    public const int MostErrors = 1000;

    /// <summary>Reads a saved table.</summary>
    /// <param name="text">The text, of any length.</param>
    /// <returns>The table, or all that is wrong with it.</returns>
    public static IpvsSaveReading Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var errors = new SaveErrors(MostErrors);
        var lines = new SaveLines(text, errors);
        var reader = new SaveLineReader(errors);
        var table = new SaveTableBuilder(errors);
        while (!errors.IsFull && lines.Next())
        {
            if (lines.Words.Count == 0) continue;
            int before = errors.Count;
            if (reader.Read(lines.Words) is { } entry) table.Add(entry, errors.Count == before);
            if (reader.MayHaveMissedService) table.MissService();
        }

        return errors.Count == 0 ? new IpvsSaveReading(table.ToTable(), []) : new IpvsSaveReading(null, errors.InOrder);
    }
}
