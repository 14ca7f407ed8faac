using System.Globalization;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Notify;

/// <summary>What is told of a service or a real server beside its changes; as keepalived's ipwrapper.c has it.</summary>
[Flags]
internal enum NotifyMoments
{
    None = 0,

    /// <summary>It is up when it comes into the configuration.</summary>
    UpAtBegin = 1,

    /// <summary>It is down when it comes into the configuration.</summary>
    DownAtBegin = 2,

    /// <summary>The node stops while it is up.</summary>
    DownAtStop = 4,

    /// <summary>The node stops, whatever it is.</summary>
    DownAtStopAnyway = 8,
}

/// <summary>A script of an object.</summary>
/// <param name="Kind">What it is told; null: everything.</param>
/// <param name="Keyword">keepalived's name of it: <c>notify_master</c>.</param>
/// <param name="Script">What is run.</param>
internal readonly record struct NotifyEntry(NotifyKind? Kind, string Keyword, NotifyScript Script);

/// <summary>An object of a configuration, its scripts, and the rules of what is told of it.</summary>
internal sealed record NotifyObject(NotifyKey Key, IReadOnlyList<NotifyEntry> Scripts)
{
    /// <summary>Of an instance: whether DELETED is said when it is.</summary>
    public bool SaysDeleted { get; init; }

    /// <summary>Of an instance: whether FIFOs are told of its effective priority, too.</summary>
    public bool TellsPriority { get; init; }

    /// <summary>Of a service or a real server: the service's name.</summary>
    public ServiceName Service { get; init; }

    /// <summary>Of a service or a real server: the service as configured.</summary>
    public VirtualServer? Configured { get; init; }

    /// <summary>Of a real server.</summary>
    public RealServer? Server { get; init; }

    /// <summary>Of a service or a real server.</summary>
    public NotifyMoments Moments { get; init; }

    /// <summary>Whether there are mails of it.</summary>
    public bool HasMails { get; init; }

    /// <summary>All objects of a configuration that may have scripts, those without any too.</summary>
    public static IEnumerable<NotifyObject> AllOf(HaConfiguration configuration) =>
    [
        .. OfInstances(configuration),
        .. configuration.SyncGroups.Select(g => Of(NotifyKey.Group(g.Name), g.Notify) with { HasMails = configuration.SmtpAlerts?.CoverVrrp(g.SmtpAlert) ?? false }),
        .. OfServices(configuration),
    ];

    private static IEnumerable<NotifyObject> OfServices(HaConfiguration configuration)
    {
        IReadOnlyDictionary<ServiceKey, ServiceName> names = ServiceName.AllOf(configuration.VirtualServers, configuration.VirtualServerGroups);
        return configuration.VirtualServers.SelectMany(s => Of(s, names[ServiceKey.Of(s)], configuration));
    }

    // keepalived's rule: the instance's own word, else its group's, else that of the node.
    private static IEnumerable<NotifyObject> OfInstances(HaConfiguration configuration)
    {
        Dictionary<string, bool> groups = [];
        foreach (VrrpSyncGroup group in configuration.SyncGroups)
        {
            if (group.NotifyPriorityChanges is not { } tells) continue;
            foreach (string member in group.Members) groups[member] = tells;
        }

        return configuration.VrrpInstances.Select(i => Of(NotifyKey.Instance(i.Name), i.Notify) with
        {
            TellsPriority = i.NotifyPriorityChanges ?? (groups.TryGetValue(i.Name, out bool tells) ? tells : configuration.NotifyPriorityChanges),
            HasMails = configuration.SmtpAlerts?.CoverVrrp(i.SmtpAlert) ?? false,
        });
    }

    /// <summary>What it is told to be. keepalived has always said FAULT of an instance that a reload took away, and does so until it is asked for the truth.</summary>
    public NotifyKind KindOf(in NotifyNews news) => news.Kind == NotifyKind.Deleted && !SaysDeleted ? NotifyKind.Fault : news.Kind;

    /// <summary>The word for that.</summary>
    public string WordOf(in NotifyNews news) => (news with { Kind = KindOf(news) }).Word;

    /// <summary>A line of a FIFO, as keepalived's.</summary>
    public string Line(in NotifyNews news) => Key.Owner switch
    {
        NotifyOwner.Instance => string.Create(CultureInfo.InvariantCulture, $"INSTANCE \"{Key.Name}\" {WordOf(news)} {news.Priority}\n"),
        NotifyOwner.Group => string.Create(CultureInfo.InvariantCulture, $"GROUP \"{Key.Name}\" {WordOf(news)} {news.Priority}\n"),
        NotifyOwner.Service => $"VS {Service} {news.Word}\n",
        _ => $"RS {Service.Of(DestinationKey.Of(Server!))} {Service} {news.Word}\n",
    };

    /// <summary>Whether it is told what a service or a real server is.</summary>
    public bool Tells(bool up, HealthNews news) => news switch
    {
        HealthNews.Changed => true,
        HealthNews.Begins => Moments.HasFlag(up ? NotifyMoments.UpAtBegin : NotifyMoments.DownAtBegin),
        _ => false,
    };

    /// <summary>What is told at the node's stop; null: nothing.</summary>
    /// <param name="priority">The effective priority.</param>
    /// <param name="up">Whether the service has its quorum, the real server is up.</param>
    public NotifyNews? AtStop(int priority, bool up)
    {
        if (!Key.IsOfHealth) return new NotifyNews(NotifyKind.Stop, priority);
        bool tells = Moments.HasFlag(NotifyMoments.DownAtStopAnyway) || (up && Moments.HasFlag(NotifyMoments.DownAtStop));
        return tells ? new NotifyNews(NotifyKind.Down, 0) { Cause = NotifyCause.Stop } : null;
    }

    /// <summary>What is told when a reload takes the object away; null: nothing.</summary>
    /// <inheritdoc cref="AtStop"/>
    public NotifyNews? AtEnd(int priority, bool up) => Key.Owner switch
    {
        NotifyOwner.Instance => new NotifyNews(NotifyKind.Deleted, priority),
        NotifyOwner.Group => null,
        _ => up ? new NotifyNews(NotifyKind.Down, 0) { Cause = NotifyCause.End } : null,
    };

    private static NotifyObject Of(NotifyKey key, NotifyScripts scripts) => new(key, Entries(
        (NotifyKind.Master, "notify_master", scripts.Master),
        (NotifyKind.Backup, "notify_backup", scripts.Backup),
        (NotifyKind.Fault, "notify_fault", scripts.Fault),
        (NotifyKind.Stop, "notify_stop", scripts.Stop),
        (NotifyKind.Deleted, "notify_deleted", scripts.Deleted),
        (NotifyKind.LowerPriority, "notify_master_rx_lower_pri", scripts.MasterReceivedLowerPriority),
        (null, "notify", scripts.Any)))
    {
        SaysDeleted = scripts.SaysDeleted,
    };

    // As keepalived: what a service is follows from what its servers are.
    private static IEnumerable<NotifyObject> Of(VirtualServer service, ServiceName name, HaConfiguration configuration)
    {
        foreach (RealServer server in service.RealServers)
        {
            yield return new NotifyObject(
                NotifyKey.RealServer(service.Id, server.Id), Entries((NotifyKind.Up, "notify_up", server.NotifyUp), (NotifyKind.Down, "notify_down", server.NotifyDown)))
            {
                Service = name,
                Configured = service,
                Server = server,
                Moments = (configuration.NotifyUpAtStart ? NotifyMoments.UpAtBegin : 0) | (service.Omega ? NotifyMoments.DownAtStop : 0),
                HasMails = configuration.SmtpAlerts?.CoverRealServer(server.SmtpAlert) ?? false,
            };
        }

        yield return new NotifyObject(
            NotifyKey.Service(service.Id), Entries((NotifyKind.Up, "quorum_up", service.QuorumUp), (NotifyKind.Down, "quorum_down", service.QuorumDown)))
        {
            Service = name,
            Configured = service,

            // A service that begins without its quorum has lost nothing; its sorry server is something to tell of.
            Moments = NotifyMoments.UpAtBegin | (service.SorryServer is null ? 0 : NotifyMoments.DownAtBegin) | (service.Omega ? NotifyMoments.DownAtStopAnyway : 0),
            HasMails = configuration.SmtpAlerts?.CoverService(service.SmtpAlert) ?? false,
        };
    }

    private static NotifyEntry[] Entries(params ReadOnlySpan<(NotifyKind? Kind, string Keyword, NotifyScript? Script)> all)
    {
        List<NotifyEntry> entries = [];
        foreach ((NotifyKind? kind, string keyword, NotifyScript? script) in all)
        {
            if (script is not null) entries.Add(new NotifyEntry(kind, keyword, script));
        }

        return [.. entries];
    }
}
