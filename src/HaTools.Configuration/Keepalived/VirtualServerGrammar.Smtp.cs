namespace HaTools.Configuration.Keepalived;

/// <summary><c>SMTP_CHECK</c>.</summary>
internal static partial class VirtualServerGrammar
{
    public static Grammar<SmtpDraft> SmtpCheck { get; } = new("SMTP_CHECK",
    [
        .. Connection<SmtpDraft>(), .. Timing<SmtpDraft>(),
        new() { Name = "helo_name", Required = 1, Allowed = 1, Read = (_, s, d) => d.HeloName = s.Words[1].Text },
    ], new Dictionary<string, string>());

    private static Keyword<RealServerDraft> SmtpBlock => CheckBlock("SMTP_CHECK", () => SmtpCheck);
}

/// <summary>An SMTP_CHECK while it is read.</summary>
internal sealed class SmtpDraft : ConnectingDraft
{
    public string? HeloName { get; set; }

    public override HealthCheck Build(CheckContext context)
    {
        SmtpCheck check = Connected(new SmtpCheck(), context);
        return check with { HeloName = HeloName ?? check.HeloName };
    }
}
