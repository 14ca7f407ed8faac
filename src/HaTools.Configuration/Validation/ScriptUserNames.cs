namespace HaTools.Configuration;

/// <summary>Who a configuration says that its scripts run as: <c>USER</c> or <c>USER:GROUP</c>, or several with <c>|</c> between them.</summary>
internal static class ScriptUserNames
{
    /// <summary>Between users of which the first that a host has is meant.</summary>
    public const char Or = '|';

    /// <summary>Who runs scripts without rights, where a host has such a user (keepalived's installation makes it).</summary>
    public const string Standard = "keepalived_script";

    /// <summary>Who runs what names no user, unless the configuration says otherwise.</summary>
    public const string Default = "keepalived_script|nobody";

    /// <summary>keepalived's own rule for it: scripts of its files may rest on root's rights (<c>killall -0</c>, <c>systemctl restart</c>).</summary>
    public const string KeepalivedDefault = "keepalived_script|root";

    /// <summary>The users of all scripts, trackers', notifications' and checks', as each names its own; null: it names none.</summary>
    public static IEnumerable<string?> Of(HaConfiguration configuration) =>
    [
        .. configuration.Scripts.Select(s => s.User),
        .. configuration.VrrpInstances.SelectMany(i => Of(i.Notify)),
        .. configuration.SyncGroups.SelectMany(g => Of(g.Notify)),
        .. configuration.VirtualServers.SelectMany(s => Of([s.QuorumUp, s.QuorumDown, .. s.RealServers.SelectMany(r => new[] { r.NotifyUp, r.NotifyDown })])),
        .. configuration.VirtualServers.SelectMany(v => v.RealServers).SelectMany(r => r.Checks).OfType<MiscCheck>().Select(c => c.User),
        .. Of(configuration.NotifyFifo), .. Of(configuration.VrrpNotifyFifo), .. Of(configuration.IpvsNotifyFifo),
    ];

    private static IEnumerable<string?> Of(NotifyFifo? fifo) => fifo is null ? [] : [fifo.User, .. Of([fifo.Script])];

    private static IEnumerable<string?> Of(NotifyScripts scripts) =>
        Of([scripts.Master, scripts.Backup, scripts.Fault, scripts.Stop, scripts.Deleted, scripts.Any, scripts.MasterReceivedLowerPriority]);

    private static IEnumerable<string?> Of(IEnumerable<NotifyScript?> scripts) => scripts.OfType<NotifyScript>().Select(s => s.User);
}
