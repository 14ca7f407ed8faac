namespace HaTools;

/// <summary>
/// Mails that tell of changes, in keepalived's words (keepalived: <c>smtp_alert</c> and what belongs to it): what instances, sync groups, services and real servers become. They go to one mail
/// server, without TLS and without a password.
/// </summary>
public sealed record SmtpAlerts
{
    /// <summary>The mail server: its address or its name, which is resolved for each connection (keepalived: <c>smtp_server</c>).</summary>
    public required string Server { get; init; }

    /// <summary>Its port, 1 to 65535.</summary>
    public int Port { get; init; } = 25;

    /// <summary>Who the mails are from (keepalived: <c>notification_email_from</c>): <c>lb@example.com</c> or <c>The directors &lt;lb@example.com&gt;</c>; null: the engine's user at the host.</summary>
    public string? From { get; init; }

    /// <summary>Who gets them (keepalived: <c>notification_email</c>), one at least.</summary>
    public ValueList<string> To { get; init; } = [];

    /// <summary>The name that the mail server is told (keepalived: <c>smtp_helo_name</c>); null: the host's.</summary>
    public string? HeloName { get; init; }

    /// <summary>How long the connection, and each of the server's replies, may take (keepalived: <c>smtp_connect_timeout</c>), 1 s to 1 h.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether there are mails of what does not say itself (keepalived: <c>smtp_alert</c>); null: of real servers alone.</summary>
    public bool? All { get; init; }

    /// <summary>The same for instances and sync groups (keepalived: <c>smtp_alert_vrrp</c>); null: as <see cref="All"/> has it.</summary>
    public bool? Vrrp { get; init; }

    /// <summary>The same for services and real servers (keepalived: <c>smtp_alert_checker</c>); null: as <see cref="All"/> has it.</summary>
    public bool? Checks { get; init; }

    /// <summary>Whether there are none of instances and sync groups that enter FAULT (keepalived: <c>no_email_faults</c>).</summary>
    public bool NoFaults { get; init; }

    /// <summary>Whether there are none of a check that changes nothing of its server, which has other checks that have failed (keepalived: <c>no_checker_emails</c>).</summary>
    public bool ServersOnly { get; init; }

    /// <summary>Whether an instance, or a sync group, that says this of itself has mails.</summary>
    public bool CoverVrrp(bool? own) => own ?? Vrrp ?? All ?? false;

    /// <summary>Whether a service that says this of itself has mails.</summary>
    public bool CoverService(bool? own) => own ?? Checks ?? All ?? false;

    /// <summary>Whether a real server that says this of itself has mails.</summary>
    public bool CoverRealServer(bool? own) => own ?? Checks ?? All ?? true;
}
