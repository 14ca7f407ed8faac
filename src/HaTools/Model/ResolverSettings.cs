namespace HaTools;

/// <summary>How names of real servers (<see cref="RealServer.HostName"/>) are resolved.</summary>
public sealed record ResolverSettings
{
    /// <summary>As a configuration has it that says nothing of it.</summary>
    public static ResolverSettings Usual { get; } = new();

    /// <summary>The name servers, at most 8, asked in this order: addresses, with ports where they differ from 53 (<c>192.0.2.53</c>, <c>[2001:db8::53]:5353</c>); none: those of /etc/resolv.conf.</summary>
    public ValueList<string> NameServers { get; init; } = [];

    /// <summary>How long one of them has for an answer before the next is asked, 100 ms to 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The least time from one question for a name to the next, 1 s to 1 day, where its answer may be kept for less.</summary>
    public TimeSpan LeastTtl { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest, up to 7 days, where its answer may be kept for more.</summary>
    public TimeSpan LongestTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a name's last addresses are kept while name servers answer that it has none, or does not exist, 0 s to 1 day. Of name servers that do not answer they are kept for ever.
    /// </summary>
    public TimeSpan EmptyHold { get; init; } = TimeSpan.FromMinutes(1);
}
