using HaTools.Engine.Network;
using HaTools.Engine.Vrrp;
using HaTools.Vrrp;

namespace HaTools.Engine;

// Static addresses, and the routes and rules that stay or follow mastership.
internal sealed partial class HaNode : INetworkSink
{
    private readonly NetworkKeeper network;

    /// <summary>Instances without addresses: their routes and rules follow the state alone.</summary>
    private volatile HashSet<string> withoutAddresses = [];
    private bool watchesNetwork;

    void INetworkSink.OnNetwork(string kind, string? subject, string message) =>
        events.Add(kind, subject ?? Name, subject is null ? message : $"({subject}) {message}");

    void INetworkSink.OnTrackGroup(string group, bool up) =>
        vrrp?.SetTracker(new TrackerKey(TrackerKind.StaticGroup, group), TrackerReading.Of(up));

    /// <summary>On the VRRP thread.</summary>
    private void FollowState(in VrrpHostEvent happened)
    {
        if (happened.Code != VrrpHostEventCode.StateChanged || !withoutAddresses.Contains(happened.Subject)) return;
        if (happened.NewState == VrrpStateKind.Master) network.Hold(happened.Subject);
        else network.Release(happened.Subject);
    }

    /// <summary>
    /// Before VRRP goes over to a configuration: what is static changes, and what instances bring along that are not master. The routes and rules of
    /// masters wait until VRRP has added their addresses.
    /// </summary>
    private async Task CarryOutNetworkAsync(HaConfiguration wanted, HaConfiguration ofMasters)
    {
        withoutAddresses =
        [
            .. wanted.VrrpInstances.Where(i => i.VirtualAddresses.Count == 0 && i.ExcludedAddresses.Count == 0).Select(i => i.Name),
        ];

        // On our thread, since that has the namespace.
        await kernel.RunAsync(() => network.ConfigureAsync(wanted, ofMasters)).ConfigureAwait(false);
        if (watchesNetwork || network.Completion is not { } running) return;
        watchesNetwork = true;
        Watch(running);
    }
}
