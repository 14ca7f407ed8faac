using System.Collections.Concurrent;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Vrrp;

namespace HaTools.Engine;

// The kernel's synchronization of IPVS connections, whose direction follows an instance.
internal sealed partial class HaNode
{
    /// <summary>Instances that are master, with addresses or without.</summary>
    private readonly ConcurrentDictionary<string, bool> masters = new();
    private volatile SyncDaemonKeeper? syncDaemons;

    /// <summary>On the VRRP thread.</summary>
    private void FollowMastership(in VrrpHostEvent happened)
    {
        if (happened.Code is not (VrrpHostEventCode.StateChanged or VrrpHostEventCode.Renamed)) return;
        if (happened is { Code: VrrpHostEventCode.Renamed, First: 1 }) _ = masters.TryRemove(happened.Name!, out _);
        if (happened.NewState == VrrpStateKind.Master) masters[happened.Subject] = true;
        else _ = masters.TryRemove(happened.Subject, out _);

        if (withdrawn) return;
        syncDaemons?.Follow(happened.Subject);
        engine.Post(lookAtReadiness);
    }

    /// <summary>Makes sure that the daemons can run here, before anything is changed.</summary>
    private async Task RequireSyncDaemonsAsync(HaConfiguration wanted)
    {
        if (wanted.SyncDaemon is not { } daemon) return;
        if (syncDaemons is null)
        {
            // On our thread, since that has the namespace.
            syncDaemons = await kernel.RunAsync(() => SyncDaemonKeeper.Open(options.OpenDataPlane ?? IpvsDataPlane.Open, masters.ContainsKey, this))
                .ConfigureAwait(false);
            Watch(syncDaemons.Completion);
        }

        if (!wanted.DynamicInterfaces) await syncDaemons.RequireAsync(daemon).ConfigureAwait(false);
    }

    private Task CarryOutSyncDaemonsAsync(HaConfiguration wanted, FormerNames? former = null)
    {
        if (syncDaemons is not { } keeper) return Task.CompletedTask;
        VrrpInstance? followed = wanted.VrrpInstances.FirstOrDefault(i => i.Name == wanted.SyncDaemon?.Instance);
        IpvsSyncDaemon? daemon = wanted.SyncDaemon is { Instance: { } name } named && former is not null ? named with { Instance = former.Of(name) } : wanted.SyncDaemon;
        return keeper.ConfigureAsync(daemon, followed?.VirtualRouterId ?? 0);
    }
}
