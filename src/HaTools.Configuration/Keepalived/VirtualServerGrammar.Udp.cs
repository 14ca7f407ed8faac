namespace HaTools.Configuration.Keepalived;

/// <summary><c>UDP_CHECK</c>.</summary>
internal static partial class VirtualServerGrammar
{
    public static Grammar<UdpDraft> UdpCheck { get; } = new("UDP_CHECK",
    [
        .. Connection<UdpDraft>(), .. Timing<UdpDraft>(),
        new() { Name = "payload", Required = 1, Allowed = int.MaxValue - 1, Read = (r, s, d) => d.Payload = Octets(r, s, false, "its usual one is sent, as keepalived does") ?? d.Payload },
        new() { Name = "require_reply", Allowed = int.MaxValue - 1, Read = ReadReply },
        new() { Name = "min_reply_length", Required = 1, Allowed = 1, Read = (r, s, d) => d.MinimumLength = ReplyLength(r, s) ?? d.MinimumLength },
        new() { Name = "max_reply_length", Required = 1, Allowed = 1, Read = (r, s, d) => d.MaximumLength = ReplyLength(r, s) ?? d.MaximumLength },
    ], new Dictionary<string, string>());

    private static Keyword<RealServerDraft> UdpBlock => CheckBlock("UDP_CHECK", () => UdpCheck);

    private static void ReadReply(ConfReading reading, ConfStatement statement, UdpDraft draft)
    {
        draft.RequireReply = true;
        if (statement.Words.Length > 1) draft.Reply = Octets(reading, statement, true, "any reply will do, as in keepalived") ?? draft.Reply;
    }

    // keepalived puts the words together with a blank between them.
    private static string? Octets(ConfReading reading, ConfStatement statement, bool wildcards, string instead)
    {
        string text = string.Join(' ', statement.Words[1..].Select(w => w.Text));
        if (OctetPattern.Parse(text, wildcards) is { } octets) return octets.ToString();
        reading.Warning("InvalidOctets", statement.Words[1], $"`{text}` are no octets in hexadecimal{(wildcards ? ", with `x` for any digit" : "")}: {instead}.");
        return null;
    }

    private static int? ReplyLength(ConfReading reading, ConfStatement statement) => ConfValues.Integer(reading, statement.Words[1], 0, ushort.MaxValue, Ignored);
}

/// <summary>A UDP_CHECK while it is read.</summary>
internal sealed class UdpDraft : ConnectingDraft
{
    public string? Payload { get; set; }

    public bool RequireReply { get; set; }

    public string? Reply { get; set; }

    public int MinimumLength { get; set; }

    public int? MaximumLength { get; set; }

    public override HealthCheck Build(CheckContext context) => Connected(new UdpCheck(), context) with
    {
        Payload = Payload,
        RequireReply = RequireReply,
        Reply = Reply,
        MinimumReplyLength = MinimumLength,
        MaximumReplyLength = MaximumLength,
    };
}
