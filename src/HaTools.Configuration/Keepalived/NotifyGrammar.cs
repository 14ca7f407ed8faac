namespace HaTools.Configuration.Keepalived;

/// <summary><c>notify_master</c> and its kin: in instances and sync groups; and those of services and real servers.</summary>
internal static class NotifyGrammar
{
    /// <summary>The keywords that instances and groups share.</summary>
    /// <param name="of">The block's part for them.</param>
    public static Keyword<T>[] Keywords<T>(Func<T, NotifyDraft> of) =>
    [
        Script<T>("notify_master", d => of(d).Scripts.Master, (d, s) => of(d).Scripts = of(d).Scripts with { Master = s }),
        Script<T>("notify_backup", d => of(d).Scripts.Backup, (d, s) => of(d).Scripts = of(d).Scripts with { Backup = s }),
        Script<T>("notify_fault", d => of(d).Scripts.Fault, (d, s) => of(d).Scripts = of(d).Scripts with { Fault = s }),
        Script<T>("notify_stop", d => of(d).Scripts.Stop, (d, s) => of(d).Scripts = of(d).Scripts with { Stop = s }),
        Script<T>("notify", d => of(d).Scripts.Any, (d, s) => of(d).Scripts = of(d).Scripts with { Any = s }),
        new() { Name = "notify_priority_changes", Allowed = 1, Read = (r, s, d) => of(d).PriorityChanges = ConfValues.Boolean(r, s) },
        new() { Name = "smtp_alert", Allowed = 1, Read = (r, s, d) => of(d).SmtpAlert = ConfValues.Boolean(r, s) },
    ];

    /// <summary>The keywords of instances alone.</summary>
    public static Keyword<T>[] OfInstances<T>(Func<T, NotifyDraft> of) =>
    [
        Script<T>(
            "notify_deleted", d => of(d).Scripts.Deleted, (d, s) => of(d).Scripts = of(d).Scripts with { Deleted = s, SaysDeleted = true }) with
            {
                // Alone it is a switch: DELETED is said instead of FAULT.
                Required = 0,
            },
        Script<T>(
            "notify_master_rx_lower_pri", d => of(d).Scripts.MasterReceivedLowerPriority,
            (d, s) => of(d).Scripts = of(d).Scripts with { MasterReceivedLowerPriority = s }),
    ];

    /// <summary>The keywords of services.</summary>
    public static Keyword<ServiceDraft>[] OfServices =>
    [
        Script<ServiceDraft>("quorum_up", d => d.QuorumUp, (d, s) => d.QuorumUp = s),
        Script<ServiceDraft>("quorum_down", d => d.QuorumDown, (d, s) => d.QuorumDown = s),
        new() { Name = "omega", Read = (_, _, d) => d.Omega = true },
        new() { Name = "smtp_alert", Allowed = 1, Read = (r, s, d) => d.SmtpAlert = ConfValues.Boolean(r, s) },
    ];

    /// <summary>The keywords of real servers.</summary>
    public static Keyword<RealServerDraft>[] OfRealServers =>
    [
        Script<RealServerDraft>("notify_up", d => d.NotifyUp, (d, s) => d.NotifyUp = s),
        Script<RealServerDraft>("notify_down", d => d.NotifyDown, (d, s) => d.NotifyDown = s),
        new() { Name = "smtp_alert", Allowed = 1, Read = (r, s, d) => d.SmtpAlert = ConfValues.Boolean(r, s) },
    ];

    private static Keyword<T> Script<T>(string keyword, Func<T, NotifyScript?> get, Action<T, NotifyScript?> set) => new()
    {
        Name = keyword,
        Required = 1,
        Allowed = 3,
        Repeatable = true,
        Read = (reading, statement, draft) =>
        {
            if (get(draft) is not null)
                reading.Warning("RepeatedKeyword", statement.Keyword, $"`{keyword}` stands here already: keepalived ignores this one, and so do we.");
            else set(draft, statement.ArgumentCount == 0 ? null : new NotifyScript(statement.Words[1].Text, ScriptGrammar.User(statement, 2)));
        },
    };
}

/// <summary>Notify scripts while they are read.</summary>
internal sealed class NotifyDraft
{
    public NotifyScripts Scripts { get; set; } = NotifyScripts.None;

    public bool? PriorityChanges { get; set; }

    public bool? SmtpAlert { get; set; }
}

/// <summary>Scripts of a service.</summary>
internal sealed partial class ServiceDraft
{
    public NotifyScript? QuorumUp { get; set; }

    public NotifyScript? QuorumDown { get; set; }

    public bool Omega { get; set; }

    public bool? SmtpAlert { get; set; }
}

/// <summary>Scripts of a real server.</summary>
internal sealed partial class RealServerDraft
{
    public NotifyScript? NotifyUp { get; set; }

    public NotifyScript? NotifyDown { get; set; }

    public bool? SmtpAlert { get; set; }
}
