using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Route;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Keeps the kernel's sync daemons as the configuration and the state of its instance ask for: which roles run, on which interface, with which settings. They
/// are looked at each second, since nobody is told when others stop one. On a thread of its own: the kernel waits for a daemon that it stops.
/// </summary>
internal sealed class SyncDaemonKeeper : IDisposable
{
    private const long Interval = 1_000_000_000;
    private const string Subject = "lvs_sync_daemon";
    private const long Never = long.MaxValue;

    private static readonly IpvsParameter BackupOnly = IpvsParameterCatalogue.Find("backup_only")!;

    private readonly Func<string, bool> isMaster;
    private readonly IServiceSink sink;
    private readonly IDataPlane plane;
    private readonly RouteClient routes;
    private readonly WorkThread thread;

    /// <summary>The daemons that run by our doing, or were found as they are wanted, with the index that their interface had.</summary>
    private readonly Dictionary<IpvsSyncRole, (PlaneSyncDaemon Daemon, int Index)> ours = [];
    private readonly SortedDictionary<IpvsSyncRole, string> complaints = [];
    private volatile IpvsSyncDaemon? wanted;
    private volatile bool leaves;
    private int syncId;
    private SyncRoles roles;
    private long listeningSince = Never;
    private string? forwardsNothing;
    private bool looks;

    private SyncDaemonKeeper(Func<IDataPlane> open, Func<string, bool> isMaster, IServiceSink sink)
    {
        (this.isMaster, this.sink) = (isMaster, sink);
        try
        {
            plane = open();
        }
        catch (HaEngineException e)
        {
            throw new HaEngineException($"{Subject}: {e.Message}", e);
        }

        routes = RouteClient.Open();
        thread = new WorkThread("hatools-sync");
    }

    /// <summary>Ends when its thread ends; faulted when it could not go on.</summary>
    public Task Completion => thread.Completion;

    /// <summary>
    /// Since when, by the monotonic clock, the daemon that listens has run without a break, on an interface that hears; null: it does not. From any thread. Of one that
    /// ran before this node nobody knows since when.
    /// </summary>
    public long? ListeningSince => Volatile.Read(ref listeningSince) is not Never and var since ? since : null;

    /// <summary>Opens the data plane of the calling thread's network namespace.</summary>
    /// <param name="open">Opens the data plane.</param>
    /// <param name="isMaster">Whether this node is master of an instance now; from any thread.</param>
    /// <param name="sink">Hears what happens.</param>
    /// <exception cref="HaEngineException">There is none, or it has no sync daemons.</exception>
    public static SyncDaemonKeeper Open(Func<IDataPlane> open, Func<string, bool> isMaster, IServiceSink sink)
    {
        var keeper = new SyncDaemonKeeper(open, isMaster, sink);
        if (keeper.plane.Capabilities.Synchronization) return keeper;
        string name = keeper.plane.Capabilities.Name;
        keeper.Dispose();
        throw new HaEngineException($"{Subject}: {name} does not synchronize connections; leave it out");
    }

    /// <summary>Makes sure that the daemons can run here, before anything is changed.</summary>
    /// <exception cref="HaEngineException">The interface does not exist.</exception>
    public Task RequireAsync(IpvsSyncDaemon daemon) => thread.RunAsync(() =>
    {
        if (routes.FindLink(daemon.Interface) is not null) return;
        throw new HaEngineException(
            $"No such interface: {daemon.Interface} ({Subject}). The host has {string.Join(", ", routes.GetLinks().Select(l => l.Name))}: correct it in the "
            + "configuration, or create the interface first.")
        {
            Code = FailureCode.InterfaceNotFound,
        };
    });

    /// <summary>Goes over to other daemons, or (null) to none. What cannot be done is tried again.</summary>
    /// <param name="daemon">What is to run.</param>
    /// <param name="id">The sync id where the configuration names none.</param>
    public Task ConfigureAsync(IpvsSyncDaemon? daemon, int id) => thread.RunAsync(() =>
    {
        int next = daemon?.SyncId ?? id;

        // Under another instance, or another name of the same one, they are the same daemons, and what they have not sent yet counts.
        if (wanted is null || daemon is null || wanted with { Instance = daemon.Instance } != daemon || syncId != next) roles = default;
        (wanted, syncId) = (daemon, next);
        Converge();
        if (!looks) LookEachSecond();
        looks = true;
    });

    /// <summary>The state of an instance has changed; from any thread.</summary>
    public void Follow(string instance)
    {
        if (!leaves && wanted?.Instance == instance) thread.Post(Converge);
    }

    /// <summary>The node is about to stop, and has no use for the daemon of the other role: what runs stays until <see cref="RemoveAsync"/>. From any thread.</summary>
    public void Leave() => leaves = true;

    /// <summary>Stops what is ours; a daemon that sends when it has sent what it has.</summary>
    /// <param name="forwardedUntil">Until when connections were forwarded, by the monotonic clock; null: none were of late.</param>
    /// <exception cref="HaEngineException">A daemon could not be stopped.</exception>
    public async Task RemoveAsync(long? forwardedUntil = null)
    {
        bool sends = await thread.RunAsync(() => ours.ContainsKey(IpvsSyncRole.Master)).ConfigureAwait(false);
        if (sends && forwardedUntil + SyncRoles.LongestStay - MonotonicClock.Now is long left and > 0)
            await Task.Delay(TimeSpan.FromTicks(left / TimeSpan.NanosecondsPerTick)).ConfigureAwait(false);
        await ConfigureAsync(null, 0).ConfigureAwait(false);
        IReadOnlyList<string> undone = await GetComplaintsAsync().ConfigureAwait(false);
        if (undone.Count > 0) throw new HaEngineException(string.Join("; ", undone));
    }

    /// <summary>What could not be done so far, one sentence each.</summary>
    public Task<IReadOnlyList<string>> GetComplaintsAsync() =>
        thread.RunAsync<IReadOnlyList<string>>(() => [.. complaints.Values, .. forwardsNothing is { } known ? [known] : Array.Empty<string>()]);

    /// <summary>The daemons that should run, and whether they do.</summary>
    public Task<IReadOnlyList<IpvsSyncDaemonState>> GetStatesAsync() => thread.RunAsync<IReadOnlyList<IpvsSyncDaemonState>>(() =>
    {
        IReadOnlyList<PlaneSyncDaemon> present = plane.ReadSyncDaemons();
        return
        [
            .. Desired().Select(d => new IpvsSyncDaemonState
            {
                Role = d.Role,
                Interface = d.Interface,
                SyncId = d.SyncId,
                Instance = wanted!.Instance,
                Running = present.Any(d.IsMetBy),
                Reason = present.Any(d.IsMetBy) ? null : complaints.GetValueOrDefault(d.Role),
            }),
        ];
    });

    public void Dispose()
    {
        thread.Dispose();
        routes.Dispose();
        plane.Dispose();
    }

    private List<PlaneSyncDaemon> Desired()
    {
        if (wanted is not { } daemon) return [];
        IpvsSyncRole[] asked = daemon.Instance is null ? [IpvsSyncRole.Master, IpvsSyncRole.Backup]
            : isMaster(daemon.Instance) ? [IpvsSyncRole.Master] : [IpvsSyncRole.Backup];
        return
        [
            .. asked.Select(role => new PlaneSyncDaemon
            {
                Role = role,
                Interface = daemon.Interface,
                SyncId = syncId,
                MaximumLength = daemon.MaximumLength,
                Group = daemon.Group ?? PlaneSyncDaemon.UsualGroup,
                Port = daemon.Port ?? PlaneSyncDaemon.UsualPort,
                Ttl = daemon.Ttl ?? PlaneSyncDaemon.UsualTtl,
            }),
        ];
    }

    private void LookEachSecond() => thread.At(MonotonicClock.Now + Interval, () =>
    {
        if (!leaves && (wanted is not null || complaints.Count > 0)) Converge();
        LookEachSecond();
    });

    private void Converge()
    {
        List<PlaneSyncDaemon> desired = Desired();
        IReadOnlyList<PlaneSyncDaemon> present;
        LinkInfo? link;
        bool backupOnly;
        try
        {
            present = plane.ReadSyncDaemons();
            link = desired.Count > 0 ? routes.FindLink(desired[0].Interface) : null;
            backupOnly = desired.Count > 0 && plane.ReadParameter(BackupOnly) == "1";
        }
        catch (IOException e)
        {
            // The kernel did not even answer: the next look tries again.
            foreach (PlaneSyncDaemon daemon in desired) Complain(daemon.Role, e.Message);
            return;
        }

        roles = roles.With(desired.Count == 1 ? desired[0].Role : null, MonotonicClock.Now);
        bool stopsFirst = roles.StopsFirst(backupOnly);
        if (stopsFirst) StopWhatIsOver(desired, present, backupOnly);
        foreach (PlaneSyncDaemon daemon in desired) Keep(daemon, present.FirstOrDefault(p => p.Role == daemon.Role), link?.Index ?? 0);
        if (!stopsFirst) StopWhatIsOver(desired, present, backupOnly);
        NoteListening(link);
        NoteBackupOnly(desired, backupOnly);
    }

    private void StopWhatIsOver(List<PlaneSyncDaemon> desired, IReadOnlyList<PlaneSyncDaemon> present, bool backupOnly)
    {
        foreach (IpvsSyncRole role in Enum.GetValues<IpvsSyncRole>())
        {
            if (desired.Exists(d => d.Role == role)) continue;
            PlaneSyncDaemon? running = present.FirstOrDefault(p => p.Role == role);
            if (running is null) Forget(role);
            else if (ours.ContainsKey(role) && roles.Stays(role, MonotonicClock.Now, backupOnly)) _ = complaints.Remove(role);
            else if (wanted is not null || ours.ContainsKey(role)) _ = Stop(running);
        }
    }

    private void NoteListening(LinkInfo? link)
    {
        bool hears = ours.ContainsKey(IpvsSyncRole.Backup) && link is { IsUp: true, IsRunning: true };
        if (!hears) Volatile.Write(ref listeningSince, Never);
        else if (listeningSince == Never) Volatile.Write(ref listeningSince, MonotonicClock.Now);
    }

    /// <summary>What ends by itself when the roles have changed is not worth a word; what lasts is.</summary>
    private void NoteBackupOnly(List<PlaneSyncDaemon> desired, bool backupOnly)
    {
        string? now = backupOnly && desired.Count == 2
            ? "net.ipv4.vs.backup_only is 1, and the sync daemon that listens runs all the time: this director forwards nothing. Set it to 0, or let the daemons follow an instance"
            : null;
        if (now is not null && forwardsNothing is null) sink.OnService("Warning", Subject, now, null);
        forwardsNothing = now;
    }

    private void Keep(PlaneSyncDaemon daemon, PlaneSyncDaemon? running, int index)
    {
        bool isNew = !ours.TryGetValue(daemon.Role, out (PlaneSyncDaemon Daemon, int Index) known);
        bool isMet = running is not null && daemon.IsMetBy(running);

        // One on an interface that has been made anew since goes on talking to the old one.
        if (isMet && (isNew || known.Index == index))
        {
            if (isNew) Tell($"{daemon} ran already");
            ours[daemon.Role] = (daemon, index);
            _ = complaints.Remove(daemon.Role);
            return;
        }

        bool byOthers = !isNew && !isMet && known == (daemon, index);
        if (running is not null && !Stop(running)) return;
        _ = ours.Remove(daemon.Role);
        if (daemon.Role == IpvsSyncRole.Backup) Volatile.Write(ref listeningSince, Never);
        if (plane.StartSyncDaemon(daemon) is { } reason)
        {
            Complain(daemon.Role, $"{daemon} does not run: {reason}");
            return;
        }

        ours[daemon.Role] = (daemon, index);
        _ = complaints.Remove(daemon.Role);
        if (byOthers) sink.OnService("Warning", Subject, $"{daemon} had been stopped or changed by others, and runs again", null);
        else Tell($"{daemon} runs");
    }

    private bool Stop(PlaneSyncDaemon running)
    {
        if (plane.StopSyncDaemon(running.Role) is { } reason)
        {
            Complain(running.Role, $"{running} cannot be stopped: {reason}");
            return false;
        }

        Forget(running.Role);
        Tell($"{running} has been stopped");
        return true;
    }

    private void Forget(IpvsSyncRole role)
    {
        _ = ours.Remove(role);
        _ = complaints.Remove(role);
        if (role == IpvsSyncRole.Backup) Volatile.Write(ref listeningSince, Never);
    }

    private void Tell(string text) => sink.OnService("Log", Subject, text, null);

    private void Complain(IpvsSyncRole role, string text)
    {
        if (complaints.GetValueOrDefault(role) == text) return;
        complaints[role] = text;
        sink.OnService("Warning", Subject, text, null);
    }
}
