namespace HaTools;

/// <summary>A check that a mail server speaks SMTP (keepalived: <c>SMTP_CHECK</c>): it greets with 220, answers HELO with 250, and QUIT with anything.</summary>
public sealed record SmtpCheck : ConnectingCheck
{
    /// <inheritdoc/>
    public override string Kind => "smtp";

    /// <summary>By which name the check presents itself (keepalived: <c>helo_name</c>): 1 to 255 ASCII characters without blanks (RFC 5321 section 4.1.1.1).</summary>
    public string HeloName { get; init; } = "smtpchecker.keepalived.org";
}
