namespace HaTools.Configuration.Keepalived;

/// <summary>The former place of <c>lvs_sync_daemon</c>.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Synchronization =>
        [new() { Name = "lvs_sync_daemon_interface", Required = 1, Allowed = 1, Read = (_, s, d) => d.SyncInterface = s }];

    private static void TakeSyncDaemon(InstanceBuild build, VrrpInstance instance)
    {
        if (build.Draft.SyncInterface is not { } statement) return;
        ConfWord device = statement.Words[1];
        if (build.Globals.SyncDaemon is not null)
        {
            build.Reading.Warning("RepeatedKeyword", statement.Keyword, "The sync daemon has its interface already: keepalived ignores this one, and so do we.");
            return;
        }

        build.Reading.Warning("Deprecated", statement.Keyword, $"Write `lvs_sync_daemon {device.Text} inst {instance.Name}` into global_defs; it means the same.");
        build.Globals.SyncDaemon = new IpvsSyncDaemon { Interface = device.Text, Instance = instance.Name };
    }
}

/// <summary>The former place of <c>lvs_sync_daemon</c>.</summary>
internal sealed partial class InstanceDraft
{
    public ConfStatement? SyncInterface { get; set; }
}
