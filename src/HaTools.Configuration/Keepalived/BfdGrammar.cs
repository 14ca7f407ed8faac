using System.Net;
using System.Net.Sockets;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>bfd_instance</c>.</summary>
internal static class BfdGrammar
{
    // keepalived's defaults, in the model's words.
    private static readonly BfdSession Usual = new() { Name = "", Neighbour = IPAddress.None };

    // What keepalived sends over IPv6 with, RFC 5881 notwithstanding.
    private const int Ipv6HopLimit = 64;

    public static Grammar<BfdDraft> Grammar { get; } = new("bfd_instance",
    [
        new() { Name = "neighbor_ip", Required = 1, Allowed = 1, Read = ReadNeighbour },
        new() { Name = "neighbour_ip", Required = 1, Allowed = 1, Read = ReadNeighbour },
        new() { Name = "source_ip", Required = 1, Allowed = 1, Read = (r, s, d) => d.Source = ConfValues.Address(r, s.Words[1]) },
        new() { Name = "min_rx", Required = 1, Allowed = 1, Read = (r, s, d) => d.MinimumReceive = Interval(r, s, 1, Usual.MinimumReceive) },
        new() { Name = "min_tx", Required = 1, Allowed = 1, Read = (r, s, d) => d.MinimumTransmit = Interval(r, s, 1, Usual.MinimumTransmit) },
        new() { Name = "idle_tx", Required = 1, Allowed = 1, Read = (r, s, d) => d.IdleTransmit = Interval(r, s, 1000, Usual.IdleTransmit) },
        new() { Name = "multiplier", Required = 1, Allowed = 1, Read = ReadMultiplier },
        new() { Name = "passive", Read = (_, _, d) => d.Passive = true },
        new() { Name = "ttl", Required = 1, Allowed = 1, Read = ReadTtl },
        new() { Name = "hoplimit", Required = 1, Allowed = 1, Read = ReadTtl },
        new() { Name = "max_hops", Required = 1, Allowed = 1, Read = ReadMaximumHops },
        new() { Name = "multihop", Allowed = 1, Read = (r, s, d) => d.Multihop = ConfValues.Boolean(r, s) },
        new() { Name = "weight", Required = 1, Allowed = 2, Read = ReadWeight },
        new() { Name = "vrrp", Read = (_, _, d) => d.Vrrp = true },
        new() { Name = "checker", Read = (_, _, d) => d.Checker = true },
    ]);

    /// <summary>Builds the session, and notes where it was written; null when the neighbour is missing.</summary>
    public static BfdSession? Build(ConfReading reading, ConfStatement statement, ModelPositions positions, int index)
    {
        var draft = new BfdDraft();
        reading.ReadBlock(Grammar, statement.Block!, draft);
        ConfWord name = statement.Words[1];
        if (draft.Neighbour is not { } neighbour)
        {
            if (!statement.Block!.Exists(s => s.Words.Length > 0 && s.Keyword.Text is "neighbor_ip" or "neighbour_ip"))
                reading.Error("MissingKeyword", name, $"The bfd_instance `{name.Text}` has no `neighbor_ip`.");
            return null;
        }

        var path = new ModelPath("bfdSessions", index);
        positions.Note(path, name.Position);
        Note("neighbour", "neighbor_ip", "neighbour_ip");
        Note("source", "source_ip");
        int? ttl = draft.Ttl ?? (neighbour.AddressFamily == AddressFamily.InterNetworkV6 ? Ipv6HopLimit : null);
        return new BfdSession
        {
            Name = name.Text,
            Neighbour = neighbour,
            Source = draft.Source,
            MinimumReceive = draft.MinimumReceive,
            MinimumTransmit = draft.MinimumTransmit,
            IdleTransmit = draft.IdleTransmit,
            Multiplier = draft.Multiplier,
            Passive = draft.Passive,
            Ttl = ttl,
            MaximumHops = draft.MaximumHops(reading, ttl ?? 255),
            Multihop = draft.Multihop,
            Weight = draft.Weight,
            Reverse = draft.Reverse,
            ForVrrp = draft.Vrrp || !draft.Checker,
            ForChecks = draft.Checker || !draft.Vrrp,
        };

        void Note(string property, params string[] keywords)
        {
            if (statement.Block!.FindLast(s => s.Words.Length > 1 && keywords.Contains(s.Keyword.Text)) is { } line)
                positions.Note(path.Key(property), line.Words[1].Position);
        }
    }

    private static void ReadNeighbour(ConfReading reading, ConfStatement statement, BfdDraft draft) =>
        draft.Neighbour = ConfValues.Address(reading, statement.Words[1]);

    /// <summary>Milliseconds, to the microsecond.</summary>
    private static TimeSpan Interval(ConfReading reading, ConfStatement statement, decimal least, TimeSpan usual)
    {
        const decimal most = 1_000_000;
        ConfWord word = statement.Words[1];
        return ConfValues.Milliseconds(reading, word, least, most, $"taken as {usual.TotalMilliseconds:0} ms, as keepalived does") ?? usual;
    }

    private static void ReadMultiplier(ConfReading reading, ConfStatement statement, BfdDraft draft) =>
        draft.Multiplier = ConfValues.Integer(reading, statement.Words[1], 1, 255, "taken as 5, as keepalived does") ?? Usual.Multiplier;

    private static void ReadTtl(ConfReading reading, ConfStatement statement, BfdDraft draft) =>
        draft.Ttl = ConfValues.Integer(reading, statement.Words[1], 1, 255, "ignored, as keepalived does") ?? draft.Ttl;

    private static void ReadMaximumHops(ConfReading reading, ConfStatement statement, BfdDraft draft)
    {
        // -1 is 255: hops are not counted.
        if (ConfValues.Integer(reading, statement.Words[1], -1, 255, "ignored, as keepalived does") is not { } hops) return;
        draft.Hops = (hops < 0 ? 255 : hops, statement.Words[1]);
    }

    private static void ReadWeight(ConfReading reading, ConfStatement statement, BfdDraft draft)
    {
        draft.Weight = TrackGrammar.Weight(reading, statement.Words[1], 253) ?? draft.Weight;
        if (statement.Argument(2) is not { } option) return;
        if (option.Text == "reverse") draft.Reverse = true;
        else reading.UnknownWord(option, "weight option", ["reverse"]);
    }
}

/// <summary>A bfd_instance while it is read.</summary>
internal sealed class BfdDraft
{
    public IPAddress? Neighbour { get; set; }

    public IPAddress? Source { get; set; }

    public TimeSpan MinimumReceive { get; set; } = TimeSpan.FromMilliseconds(10);

    public TimeSpan MinimumTransmit { get; set; } = TimeSpan.FromMilliseconds(10);

    public TimeSpan IdleTransmit { get; set; } = TimeSpan.FromSeconds(1);

    public int Multiplier { get; set; } = 5;

    public bool Passive { get; set; }

    public int? Ttl { get; set; }

    public (int Number, ConfWord Word)? Hops { get; set; }

    public bool Multihop { get; set; }

    public int Weight { get; set; }

    public bool Reverse { get; set; }

    public bool Vrrp { get; set; }

    public bool Checker { get; set; }

    /// <summary>keepalived counts them from the TTL that it sends with; none are allowed where nothing is said, with <c>multihop</c> too.</summary>
    public int? MaximumHops(ConfReading reading, int ttl)
    {
        if (Hops is not { } hops) return Multihop ? 0 : null;
        if (hops.Number == 255 || hops.Number <= ttl) return hops.Number;
        reading.Warning("ValueOutOfRange", hops.Word, $"{hops.Number} hops are more than the TTL of {ttl}; taken as {ttl}, as keepalived does.");
        return ttl;
    }
}
