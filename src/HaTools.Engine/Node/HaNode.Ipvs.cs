using HaTools.Configuration;
using HaTools.Engine.DataPlane;
using HaTools.Engine.HostState;

namespace HaTools.Engine;

// What holds for the node's IPVS as a whole.
internal sealed partial class HaNode
{
    private readonly TimeoutKeeper timeouts;
    private readonly ParameterKeeper parameters;
    private readonly SloppyGuard sloppiness;

    /// <summary>Makes sure that it can be had here, before anything is changed.</summary>
    private Task RequireIpvsAsync(HaConfiguration wanted) => kernel.RunAsync(() =>
    {
        timeouts.Require(wanted.Ipvs);
        parameters.Require(ParametersOf(wanted));
        if (parameters.LackOf(SyncAnnouncements.ParametersOf(wanted)) is { } lack)
            events.Add("Warning", Name, $"{lack}: the other director learns of a connection when the kernel announces it of itself");
        sloppiness.Require(Marked(wanted));
    });

    private Task CarryOutIpvsAsync(HaConfiguration wanted) => kernel.RunAsync(() =>
    {
        var failures = new Failures();
        parameters.Drift = wanted.Ipvs.Drift;
        failures.Try(() => timeouts.Apply(wanted.Ipvs));
        failures.Try(() => parameters.Apply([.. ParametersOf(wanted), .. AnnouncementsOf(wanted)]));
        sloppiness.Apply(Marked(wanted));
        failures.Throw();
    });

    private static IReadOnlyList<IpvsParameterSetting> ParametersOf(HaConfiguration wanted) => [.. wanted.Ipvs.Parameters, .. SloppyScheduling.NeededBy(wanted)];

    // Nobody has asked for them by name: without them the daemons still run.
    private IReadOnlyList<IpvsParameterSetting> AnnouncementsOf(HaConfiguration wanted)
    {
        IReadOnlyList<IpvsParameterSetting> announcing = SyncAnnouncements.ParametersOf(wanted);
        return parameters.LackOf(announcing) is null ? announcing : [];
    }

    /// <summary>What is done with foreign services and the changes of others, from now on.</summary>
    private async Task CarryOutPoliciesAsync(IpvsSettings wanted)
    {
        await kernel.RunAsync(() => drift.SetPolicies(wanted)).ConfigureAwait(false);
        realServer.Drift = wanted.Drift;
        if (wanted.Foreign == IpvsForeignPolicy.Purge) await services.PurgeAsync().ConfigureAwait(false);
    }

    /// <summary>The foreign services that go with a configuration.</summary>
    private async Task<IEnumerable<HaChange>> PlanPurgeAsync(HaConfiguration wanted)
    {
        if (wanted.Ipvs.Foreign == IpvsForeignPolicy.Keep) return [];
        IReadOnlyList<ServiceKey> foreign = await services.FindForeignAsync([.. ServicePlaces.Of(Marked(wanted))]).ConfigureAwait(false);
        return foreign.Select(k => new HaChange { Action = HaChangeAction.Remove, Kind = "VirtualServer", Id = k.ToString() });
    }
}
