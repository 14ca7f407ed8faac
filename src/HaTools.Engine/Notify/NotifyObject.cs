namespace HaTools.Engine.Notify;

/// <summary>What the scripts of a service or a real server are told beside its changes; as keepalived's ipwrapper.c has it.</summary>
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

/// <summary>An object of a configuration, and its scripts.</summary>
internal sealed record NotifyObject(NotifyKey Key, IReadOnlyList<NotifyEntry> Scripts)
{
    /// <summary>Of an instance: whether DELETED is said when it is.</summary>
    public bool SaysDeleted { get; init; }

    /// <summary>Of a service or a real server.</summary>
    public NotifyMoments Moments { get; init; }

    /// <summary>All objects of a configuration that may have scripts, those without any too.</summary>
    public static IEnumerable<NotifyObject> AllOf(HaConfiguration configuration) =>
    [
        .. configuration.VrrpInstances.Select(i => Of(NotifyKey.Instance(i.Name), i.Notify)),
        .. configuration.SyncGroups.Select(g => Of(NotifyKey.Group(g.Name), g.Notify)),
        .. configuration.VirtualServers.SelectMany(s => Of(s, configuration.NotifyUpAtStart)),
    ];

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

    private static IEnumerable<NotifyObject> Of(VirtualServer service, bool notifyUpAtStart)
    {
        yield return new NotifyObject(
            NotifyKey.Service(service.Id), Entries((NotifyKind.Up, "quorum_up", service.QuorumUp), (NotifyKind.Down, "quorum_down", service.QuorumDown)))
        {
            // A service that begins without its quorum has lost nothing; its sorry server is something to tell of.
            Moments = NotifyMoments.UpAtBegin | (service.SorryServer is null ? 0 : NotifyMoments.DownAtBegin) | (service.Omega ? NotifyMoments.DownAtStopAnyway : 0),
        };
        foreach (RealServer server in service.RealServers)
        {
            yield return new NotifyObject(
                NotifyKey.RealServer(service.Id, server.Id), Entries((NotifyKind.Up, "notify_up", server.NotifyUp), (NotifyKind.Down, "notify_down", server.NotifyDown)))
            {
                Moments = (notifyUpAtStart ? NotifyMoments.UpAtBegin : 0) | (service.Omega ? NotifyMoments.DownAtStop : 0),
            };
        }
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
