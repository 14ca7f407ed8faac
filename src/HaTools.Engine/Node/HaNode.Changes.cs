using HaTools.Configuration;
using HaTools.Engine.Bfd;
using HaTools.Engine.Checks;
using HaTools.Engine.Checks.Tls;
using HaTools.Engine.Control;
using HaTools.Engine.Notify;
using HaTools.Engine.Notify.Webhooks;
using HaTools.Engine.RealServerHost;
using HaTools.Engine.Scripts;
using HaTools.Engine.Topology;
using HaTools.Engine.Trackers;
using HaTools.Engine.VirtualInterfaces;
using HaTools.Engine.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine;

// From one desired state to another: one diff, which plan shows and apply carries out.
internal sealed partial class HaNode
{
    private const int MostChangeEvents = 100;

    /// <summary>Whether the node is what the configuration in force says; false: another one was refused, and this one could not be put back either.</summary>
    private bool isWhole = true;

    /// <summary>What VRRP has gone over to.</summary>
    private HaConfiguration spoken = HaConfiguration.Empty;

    /// <summary>Whether it goes over to other names: what it says of those then is not for services, which are known by the former ones.</summary>
    private volatile bool renames;

    /// <summary>What <see cref="ApplyAsync"/> would do.</summary>
    /// <exception cref="HaEngineException">A file of a key or of CAs cannot be read, or holds none: it would be refused.</exception>
    /// <exception cref="IOException">The kernel does not answer.</exception>
    public async Task<IReadOnlyList<HaChange>> PlanAsync(HaConfiguration wanted) =>
        await PlanAsync(wanted, (await ReadSecretsAsync(wanted).ConfigureAwait(false)).WithSecrets).ConfigureAwait(false);

    /// <summary>
    /// Goes over to another desired state; what did not change is untouched. On an exception the old one is still in force.
    /// </summary>
    /// <param name="wanted">The new desired state.</param>
    /// <param name="path">Its file, for later reloads; null: as before.</param>
    /// <param name="from">The generation that it was made from; null: of no matter.</param>
    /// <exception cref="NodeControlException">Another generation is in force (<see cref="NodeControlException.Conflict"/>).</exception>
    /// <exception cref="HaEngineException">It cannot run here.</exception>
    /// <exception cref="IOException">The kernel refused something.</exception>
    /// <exception cref="ObjectDisposedException">The node has stopped.</exception>
    public async Task<ApplyResult> ApplyAsync(HaConfiguration wanted, string? path = null, int? from = null)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        await changing.WaitAsync().ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(withdrawn, this);
            if (from is { } number && number != generation)
                throw new NodeControlException(
                    NodeControlException.Conflict, $"node {Name} runs configuration {generation} by now, and the change was made to {number}");
            (HaConfiguration withSecrets, IReadOnlyList<string> concerns) = await ReadSecretsAsync(wanted).ConfigureAwait(false);
            IReadOnlyList<HaChange> changes = await PlanAsync(wanted, withSecrets).ConfigureAwait(false);
            if (changes.Count > 0 || !isWhole) await GoOverAsync(wanted, withSecrets, concerns, changes).ConfigureAwait(false);
            else if (configuration.NotifyStatesOnReload) await engine.RunAsync(notify.TellStatesAgain).ConfigureAwait(false);
            configurationPath = path ?? configurationPath;
            return new ApplyResult(changes, generation);
        }
        finally
        {
            _ = changing.Release();
        }
    }

    /// <summary>
    /// Reads the configuration's file again and applies it; with errors in it nothing changes and all of them are in the reply.
    /// </summary>
    /// <exception cref="HaEngineException">The configuration did not come from a file, or cannot run here.</exception>
    public async Task<PlanReply> ReloadAsync()
    {
        string path = configurationPath
            ?? throw new HaEngineException(
                $"the configuration of node {Name} did not come from a file: apply a new one instead of reloading");
        ConfigurationReadResult read;
        try
        {
            read = await ConfigurationSources.ReadFileAsync(path, options.ConfigurationFormat, options.Strict).ConfigureAwait(false);
        }
        catch (HaEngineException e)
        {
            throw new HaEngineException($"{e.Message}; the configuration in force stays", e);
        }

        // An editor or a copy that has just cut the file, and not written it yet, must not take every service away.
        if (read.Configuration == HaConfiguration.Empty && configuration != HaConfiguration.Empty)
        {
            throw new HaEngineException(
                $"{path} is empty; the configuration in force stays. Stop the node to give up everything, or reload when the file is written");
        }

        return await ApplyReadAsync(read, null).ConfigureAwait(false);
    }

    private async Task<PlanReply> ApplyReadAsync(ConfigurationReadResult read, string? path, int? from = null)
    {
        if (read.Configuration is null)
        {
            int errors = read.Diagnostics.Count(d => d.Severity == HaDiagnosticSeverity.Error);
            events.Add("Warning", Name,
                $"Nothing was applied: the configuration has {errors} error{(errors == 1 ? "" : "s")}; the one in force stays");
            return new PlanReply { Changes = [], Diagnostics = read.Diagnostics, Applied = false };
        }

        ApplyResult result = await ApplyAsync(read.Configuration, path, from).ConfigureAwait(false);
        return new PlanReply { Changes = result.Changes, Diagnostics = read.Diagnostics, Applied = true };
    }

    private async Task<IReadOnlyList<HaChange>> PlanAsync(HaConfiguration wanted, HaConfiguration withSecrets) =>
    [
        .. ConfigurationDiff.Compare(configuration, wanted),
        .. HmacSecretFiles.Compare(configuration, secrets, wanted, withSecrets),
        .. TlsFiles.Compare(configuration, secrets, wanted, withSecrets),
        .. WebhookFiles.Compare(configuration, secrets, wanted, withSecrets),
        .. await PlanPurgeAsync(wanted).ConfigureAwait(false),
    ];

    private async Task GoOverAsync(
        HaConfiguration wanted, HaConfiguration withSecrets, IReadOnlyList<string> concerns, IReadOnlyList<HaChange> changes)
    {
        CheckValid(wanted);
        (ScriptPolicy policy, IReadOnlyList<string> ofScripts) = await LookAtScriptsAsync(wanted).ConfigureAwait(false);
        foreach (string concern in concerns.Concat(ofScripts)) events.Add("Warning", Name, concern);
        await AssignGroupMarksAsync(wanted).ConfigureAwait(false);
        HostTopology place = await AnalyzeAsync(Serve(wanted).Served).ConfigureAwait(false);
        await services.RequireAsync([.. ServicePlaces.Of(Marked(wanted))]).ConfigureAwait(false);
        await RequireIpvsAsync(wanted).ConfigureAwait(false);
        await RequireSyncDaemonsAsync(wanted).ConfigureAwait(false);
        isWhole = false;
        try
        {
            await CarryOutAsync(wanted, withSecrets, place, policy).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it is: a socket that cannot be had, or a fault of ours, must not leave the node between the two.
            events.Add("Warning", Name, $"The new configuration cannot run here, the one in force stays: {e.Message}");
            await PutBackAsync().ConfigureAwait(false);
            throw;
        }

        foreach (string note in place.Notes.Except(topology.Notes)) events.Add("Log", Name, note);
        (configuration, secrets, topology, scripts) = (wanted, withSecrets, place, policy);
        isWhole = true;
        if (changes.Count == 0) return;
        generation++;
        foreach (HaChange change in changes.Take(MostChangeEvents)) events.Add("ConfigurationChanged", change.Id, change.ToString());
        if (changes.Count > MostChangeEvents)
            events.Add("ConfigurationChanged", Name, $"and {changes.Count - MostChangeEvents} more changes");
    }

    private async Task PutBackAsync()
    {
        try
        {
            await CarryOutAsync(configuration, secrets, topology, scripts).ConfigureAwait(false);
            isWhole = true;
        }
        catch (Exception e)
        {
            events.Add("Warning", Name, $"The configuration in force could not be put back whole, and the next reload tries it again, also where nothing is new in it: {e.Message}");
            throw;
        }
    }

    /// <summary>
    /// Brings every part to a desired state; a part that is there already does nothing. What serves an address comes before it and goes
    /// after it.
    /// </summary>
    private async Task CarryOutAsync(HaConfiguration wanted, HaConfiguration withSecrets, HostTopology place, ScriptPolicy policy)
    {
        RealServerPlan serving = RealServerPlan.Of(wanted, place.ParkedInstances.Count > 0);
        RealServerPlan formerly = RealServerPlan.Of(configuration, topology.ParkedInstances.Count > 0);

        await CarryOutNamesAsync(wanted).ConfigureAwait(false);
        (HaConfiguration served, unanswered) = Serve(wanted);
        await notify.PrepareAsync(served with { Webhooks = withSecrets.Webhooks }, policy).ConfigureAwait(false);
        await CarryOutRealServerAsync(serving.With(formerly)).ConfigureAwait(false);
        await CarryOutIpvsAsync(wanted).ConfigureAwait(false);
        var former = new FormerNames(spoken, wanted);
        await services.ConfigureAsync(served.VirtualServers, former.Of(place.Gates), held.ContainsKey, keepRemoved: true, groups: served.VirtualServerGroups).ConfigureAwait(false);
        if (groupMarks is { } marks) await marks.ApplyAsync(served).ConfigureAwait(false);
        await CarryOutSyncDaemonsAsync(wanted, former).ConfigureAwait(false);
        VirtualInterfacePlan interfaces = await PrepareVirtualNetworkAsync(wanted).ConfigureAwait(false);
        await CarryOutNetworkAsync(wanted, configuration).ConfigureAwait(false);
        await readiness.ConfigureAsync(served).ConfigureAwait(false);
        await CarryOutVrrpAsync(new VrrpHostConfiguration(withSecrets, place.GatedInstances, place.ParkedInstances) { Interfaces = interfaces }, former)
            .ConfigureAwait(false);
        if (former.AreThere)
        {
            await services.ConfigureAsync(served.VirtualServers, place.Gates, held.ContainsKey, keepRemoved: true, groups: served.VirtualServerGroups, asksAnew: true).ConfigureAwait(false);
            await CarryOutSyncDaemonsAsync(wanted).ConfigureAwait(false);
        }

        await CarryOutNetworkAsync(wanted, wanted).ConfigureAwait(false);
        await SettleVirtualNetworkAsync(wanted, interfaces).ConfigureAwait(false);
        await trackers.ConfigureAsync(wanted.Scripts, policy).ConfigureAwait(false);
        await CarryOutTrackersAsync(wanted).ConfigureAwait(false);
        await CarryOutBfdAsync(wanted.BfdSessions).ConfigureAwait(false);
        await CarryOutChecksAsync(served, TlsFiles.CredentialsOf(withSecrets), policy).ConfigureAwait(false);
        if (services.HasLeftovers) await services.ConfigureAsync(served.VirtualServers, place.Gates, held.ContainsKey, groups: served.VirtualServerGroups).ConfigureAwait(false);
        await CarryOutRealServerAsync(serving).ConfigureAwait(false);
        await CarryOutPoliciesAsync(wanted.Ipvs).ConfigureAwait(false);

        // Nothing refuses it any more: what the way back would need is let go of.
        await services.SetCheckedAsync().ConfigureAwait(false);
        if (groupMarks is { } settled) await settled.SettleAsync(served).ConfigureAwait(false);
        if (names is { } keeper) await keeper.SetInForceAsync().ConfigureAwait(false);
        await readiness.SetInForceAsync().ConfigureAwait(false);
        await TellOfConfigurationAsync(served).ConfigureAwait(false);
    }

    private async Task TellOfConfigurationAsync(HaConfiguration inForce)
    {
        bool lacksStates = await engine.RunAsync(() =>
        {
            DrainVrrpEvents();
            return notify.LacksStates;
        }).ConfigureAwait(false);
        (IReadOnlyList<VrrpState> instances, IReadOnlyList<VrrpGroupState> groups) =
            lacksStates && vrrp is { } host ? await host.GetAllStatesAsync().ConfigureAwait(false) : ([], []);
        await engine.RunAsync(() =>
        {
            DrainVrrpEvents();
            foreach (VrrpGroupState group in groups) notify.Know(NotifyKey.Group(group.Name), group.State, 0);
            foreach (VrrpState instance in instances) notify.Know(NotifyKey.Instance(instance.Name), instance.State, instance.Priority);
            notify.Forget(inForce);
        }).ConfigureAwait(false);
    }

    private async Task CarryOutVrrpAsync(VrrpHostConfiguration wanted, FormerNames former)
    {
        if (vrrp is { } host)
        {
            renames = former.AreThere;
            try
            {
                await kernel.RunAsync(() => host.ReconfigureAsync(wanted)).ConfigureAwait(false);
                spoken = wanted.Configuration;
            }
            finally
            {
                renames = false;
            }

            return;
        }

        if (wanted.Configuration.VrrpInstances.Count == 0) return;
        var first = new VrrpHost(new VrrpHostOptions { NodeName = Name, Sink = this, Gate = services, IsHeld = readiness.IsHeld, Promotion = promotion, Realtime = options.Realtime });
        try
        {
            Rehearse();

            // On our thread, since that has the namespace.
            await kernel.RunAsync(() => first.StartAsync(wanted)).ConfigureAwait(false);
        }
        catch
        {
            await first.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        vrrp = first;
        spoken = wanted.Configuration;
        first.HoldsChanged();
        Watch(first.Completion);
    }

    private async Task CarryOutTrackersAsync(HaConfiguration wanted)
    {
        if (hostTrackers is null)
        {
            if (!HostTrackers.AreNeededFor(wanted)) return;
            hostTrackers = await kernel.RunAsync(() => new HostTrackers(this)).ConfigureAwait(false);
            Watch(hostTrackers.Completion);
        }

        await hostTrackers.ConfigureAsync(wanted).ConfigureAwait(false);
    }

    private async Task CarryOutBfdAsync(ValueList<BfdSession> wanted)
    {
        if (bfd is null)
        {
            if (wanted.Count == 0) return;
            bfd = await kernel.RunAsync(() => new BfdHost(this, options.Realtime)).ConfigureAwait(false);
            Watch(bfd.Completion);
        }

        await bfd.ConfigureAsync(wanted).ConfigureAwait(false);
    }

    /// <summary>Sees to it that checks and all else can have their descriptors.</summary>
    private void MakeRoomFor(int checks)
    {
        int most = SocketBudget.Of(OpenFiles.Raise(SocketBudget.Need(checks)));
        if (most >= checks) return;
        events.Add("Warning", Name, $"{checks} checks connect, but this process may have no more than {OpenFiles.Limit} descriptors open, of which they get {most}: when more of their servers "
            + "hang at once, those left over are not checked and stay as they are; raise the limit (LimitNOFILE=, ulimit -Hn), or grant CAP_SYS_RESOURCE");
    }

    private async Task CarryOutChecksAsync(HaConfiguration wanted, TlsCredentials credentials, ScriptPolicy policy)
    {
        IReadOnlyList<CheckTarget> targets = CheckTarget.Of(wanted, credentials);
        await engine.RunAsync(() => suspension.Configure(wanted)).ConfigureAwait(false);
        await programs.ConfigureAsync([.. targets.OfType<MiscTarget>()], policy).ConfigureAwait(false);
        await following.ConfigureAsync([.. targets.OfType<FollowingTarget>()], FollowingTarget.TrackersOf(wanted)).ConfigureAwait(false);
        SocketTarget[] connecting = [.. targets.OfType<SocketTarget>()];
        MakeRoomFor(connecting.Length);
        if (checks is null)
        {
            if (connecting.Length == 0) return;
            checks = await kernel.RunAsync(() => new CheckRunner(this)).ConfigureAwait(false);
            Watch(checks.Completion);
        }

        await engine.RunAsync(() =>
        {
            sockets = connecting;
            checks.Configure(sockets, suspension.Suspended);
        }).ConfigureAwait(false);
    }
}
