using System.Net;

namespace HaTools.Engine.Names;

/// <summary>What a name has: the same whatever order name servers tell it in.</summary>
/// <param name="Addresses">Its addresses, in the order of their bytes.</param>
/// <param name="Services">Its SRV records of the lowest priority, in the order of their targets and ports.</param>
internal sealed record NameAnswer(ValueList<IPAddress> Addresses, ValueList<ServiceRecord> Services)
{
    /// <summary>Of each at most; a name that has more has these.</summary>
    public const int Most = 1024;

    /// <summary>Of how many there are words: a name server may have names of any length in each of its answers, and what is told is kept.</summary>
    public const int MostInWords = 32;

    /// <summary>The name has nothing.</summary>
    public static NameAnswer None { get; } = new([], []);

    public bool IsEmpty => Addresses.Count == 0 && Services.Count == 0;

    public static NameAnswer Of(IEnumerable<IPAddress> addresses) => new([.. addresses.Distinct().Order(AddressOrder.Instance).Take(Most)], []);

    public static NameAnswer Of(IEnumerable<ServiceRecord> services)
    {
        ServiceRecord[] all = [.. services.Distinct()];
        int lowest = all.Length == 0 ? 0 : all.Min(s => s.Priority);
        return new([], [.. all.Where(s => s.Priority == lowest).OrderBy(s => s.Target, StringComparer.Ordinal).ThenBy(s => s.Port).ThenBy(s => s.Weight).Take(Most)]);
    }

    public override string ToString()
    {
        if (IsEmpty) return "nothing";
        int more = Addresses.Count + Services.Count - MostInWords;
        return string.Join(' ', Addresses.Select(a => $"{a}").Concat(Services.Select(s => $"{s}")).Take(MostInWords)) + (more > 0 ? $" and {more} more" : "");
    }
}

/// <summary>An SRV record (RFC 2782).</summary>
/// <param name="Priority">The lowest goes first.</param>
/// <param name="Weight">Its share among those of its priority.</param>
/// <param name="Port">The port.</param>
/// <param name="Target">The name that has the addresses, in small letters, without the dot at its end.</param>
internal sealed record ServiceRecord(int Priority, int Weight, int Port, string Target)
{
    public override string ToString() => $"{Target}:{Port}";
}
