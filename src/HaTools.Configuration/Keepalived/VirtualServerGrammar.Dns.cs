namespace HaTools.Configuration.Keepalived;

/// <summary><c>DNS_CHECK</c>.</summary>
internal static partial class VirtualServerGrammar
{
    // As they are written.
    private static readonly Dictionary<string, DnsRecordType> RecordTypes =
        Enum.GetValues<DnsRecordType>().ToDictionary(t => t.ToString().ToUpperInvariant(), StringComparer.OrdinalIgnoreCase);

    public static Grammar<DnsDraft> DnsCheck { get; } = new("DNS_CHECK",
    [
        .. Connection<DnsDraft>(), .. Timing<DnsDraft>(),
        new() { Name = "type", Required = 1, Allowed = 1, Read = ReadRecordType },
        new() { Name = "name", Required = 1, Allowed = 1, Repeatable = true, Read = ReadDomainName },
    ], new Dictionary<string, string>());

    private static Keyword<RealServerDraft> DnsBlock => CheckBlock("DNS_CHECK", () => DnsCheck);

    private static void ReadRecordType(ConfReading reading, ConfStatement statement, DnsDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (RecordTypes.TryGetValue(word.Text, out DnsRecordType type)) draft.RecordType = type;
        else reading.Warning("UnknownValue", word, $"`{word.Text}` is no type that DNS_CHECK knows ({string.Join(", ", RecordTypes.Keys)}); {Ignored}.{reading.Suggest(word.Text, RecordTypes.Keys)}");
    }

    private static void ReadDomainName(ConfReading reading, ConfStatement statement, DnsDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (draft.Name is not null) reading.Warning("RepeatedKeyword", statement.Keyword, "`name` stands more than once here; the first one holds, as in keepalived.");
        else if (word.Text.Contains("..", StringComparison.Ordinal) || (word.Text.StartsWith('.') && word.Text.Length > 1))
            reading.Warning("InvalidName", word, $"`{word.Text}` is no domain name: a label of it is empty; {Ignored}.");
        else draft.Name = word.Text;
    }
}

/// <summary>A DNS_CHECK while it is read.</summary>
internal sealed class DnsDraft : ConnectingDraft
{
    public DnsRecordType? RecordType { get; set; }

    public string? Name { get; set; }

    public override HealthCheck Build(CheckContext context)
    {
        DnsCheck check = Connected(new DnsCheck(), context);
        return check with { RecordType = RecordType ?? check.RecordType, Name = Name ?? check.Name };
    }
}
