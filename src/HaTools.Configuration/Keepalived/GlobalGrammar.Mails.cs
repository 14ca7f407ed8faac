using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>Mails that tell of changes.</summary>
internal static partial class GlobalGrammar
{
    private const int LongestMailTimeout = 3600;

    private static Keyword<GlobalDraft>[] Mails =>
    [
        new() { Name = "notification_email", HasBlock = true, Repeatable = true, Read = (r, s, d) => SyncGroupGrammar.ReadNames(r, s, d.Mails.To) },
        new() { Name = "notification_email_from", Required = 1, Allowed = 1, Read = (_, s, d) => d.Mails.From = s.Words[1] },
        new() { Name = "smtp_server", Required = 1, Allowed = 2, Read = ReadMailServer },
        new() { Name = "smtp_helo_name", Required = 1, Allowed = 1, Read = (_, s, d) => d.Mails.HeloName = s.Words[1] },
        new() { Name = "smtp_connect_timeout", Required = 1, Allowed = 1, Read = ReadMailTimeout },
        new() { Name = "smtp_alert", Allowed = 1, Read = (r, s, d) => d.Mails.All = ConfValues.Boolean(r, s) },
        new() { Name = "smtp_alert_vrrp", Allowed = 1, Read = (r, s, d) => d.Mails.Vrrp = ConfValues.Boolean(r, s) },
        new() { Name = "smtp_alert_checker", Allowed = 1, Read = (r, s, d) => d.Mails.Checks = ConfValues.Boolean(r, s) },
        new() { Name = "no_email_faults", Read = (_, _, d) => d.Mails.NoFaults = true },
        new() { Name = "no_checker_emails", Read = (_, _, d) => d.Mails.ServersOnly = true },
    ];

    public static HaConfiguration WithMails(ConfReading reading, GlobalDraft globals, ModelPositions positions, HaConfiguration node)
    {
        MailDraft draft = globals.Mails;
        if (draft.Server is null || draft.To.Count == 0)
        {
            // As in keepalived, which says nothing of it.
            if (draft.Server is { } server) reading.Warning("NoEffect", server, "There is no `notification_email` that mails would go to: keepalived sends none, and neither do we.");
            else if (draft.To.Count > 0) reading.Warning("NoEffect", draft.To[0], "There is no `smtp_server` that would take mails: keepalived sends none, and neither do we.");
            return node;
        }

        var path = new ModelPath("smtpAlerts");
        for (int i = 0; i < draft.To.Count; i++) positions.Note(path.Element("to", i), draft.To[i].Position);
        var usual = new SmtpAlerts { Server = "" };
        return node with
        {
            SmtpAlerts = new SmtpAlerts
            {
                Server = draft.Server.Text,
                Port = draft.Port ?? usual.Port,
                From = draft.From?.Text,
                To = draft.To.Select(t => t.Text).ToValueList(),
                HeloName = draft.HeloName?.Text,
                Timeout = draft.Timeout ?? usual.Timeout,
                All = draft.All,
                Vrrp = draft.Vrrp,
                Checks = draft.Checks,
                NoFaults = draft.NoFaults,
                ServersOnly = draft.ServersOnly,
            },
        };
    }

    private static void ReadMailServer(ConfReading reading, ConfStatement statement, GlobalDraft draft)
    {
        (draft.Mails.Server, draft.Mails.Port) = (statement.Words[1], null);
        if (statement.Argument(2) is { } port) draft.Mails.Port = ConfValues.RequiredInteger(reading, port, "port", 1, 65535);
    }

    private static void ReadMailTimeout(ConfReading reading, ConfStatement statement, GlobalDraft draft) =>
        draft.Mails.Timeout = TimeSpan.FromSeconds(ConfValues.Integer(reading, statement.Words[1], 1, LongestMailTimeout, "it is taken as 1 s") ?? 1);
}

/// <summary>Mails that tell of changes.</summary>
internal sealed partial class GlobalDraft
{
    public MailDraft Mails { get; } = new();
}

/// <summary>Where mails go, and of what there are some, while it is read.</summary>
internal sealed class MailDraft
{
    public ConfWord? Server { get; set; }

    public int? Port { get; set; }

    public ConfWord? From { get; set; }

    public List<ConfWord> To { get; } = [];

    public ConfWord? HeloName { get; set; }

    public TimeSpan? Timeout { get; set; }

    public bool? All { get; set; }

    public bool? Vrrp { get; set; }

    public bool? Checks { get; set; }

    public bool NoFaults { get; set; }

    public bool ServersOnly { get; set; }
}
