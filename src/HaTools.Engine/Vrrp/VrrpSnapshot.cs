using HaTools.Engine.VirtualInterfaces;
using HaTools.Linux;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>All instances at one moment, as the VRRP thread copies them.</summary>
internal sealed class VrrpSnapshot
{
    private readonly VrrpInstance[] instances;
    private readonly VirtualInterfacePlan interfaces;
    private readonly uint?[] lifetimes;
    private readonly TrackerKey[] trackers;
    private readonly InstanceView[] views;
    private readonly FaultFacts[] facts;
    private readonly HostedAddress[][] standing;
    private readonly AddressTrouble[][] troubles;
    private readonly (int Now, int Last)[] sendErrors;
    private readonly ValueList<VrrpSyncGroup> groups;
    private readonly GroupView[] groupViews;
    private readonly long takenAt;
    private readonly DateTimeOffset takenAtWall;

    private VrrpSnapshot(VrrpLoop loop)
    {
        HostedInstance[] hosted = loop.Plan.Instances;
        instances = Array.ConvertAll(hosted, h => h.Configuration);
        interfaces = loop.Plan.Configuration.Interfaces;
        lifetimes = Array.ConvertAll(hosted, h => h.Lifetime);
        trackers = loop.Plan.Settings.Trackers;
        views = Array.ConvertAll(hosted, h => loop.Router[h.Index]);
        facts = Array.ConvertAll(hosted, h => h.FaultFacts);
        standing = Array.ConvertAll(hosted, h => Array.FindAll(h.Addresses, a => a.Stands));
        troubles = Array.ConvertAll(hosted, h => TroublesOf(h, loop.Effects));
        sendErrors = Array.ConvertAll(hosted, h => (h.SendError, h.LastSendError));
        groups = loop.Plan.Settings.Configuration.SyncGroups;
        groupViews = new GroupView[groups.Count];
        for (int g = 0; g < groupViews.Length; g++) groupViews[g] = loop.Router.Group(g);
        takenAt = MonotonicClock.Now;
        // Not the local time: the first to ask for that reads the time zone's files, and this is the VRRP thread.
        takenAtWall = DateTimeOffset.UtcNow;
    }

    public static VrrpSnapshot Take(VrrpLoop loop) => new(loop);

    public IReadOnlyList<VrrpState> ToStates(string node)
    {
        var states = new VrrpState[instances.Length];
        for (int i = 0; i < states.Length; i++) states[i] = ToState(node, i);
        return states;
    }

    public IReadOnlyList<VrrpGroupState> ToGroupStates() =>
    [
        .. groups.Select((g, i) => new VrrpGroupState
        {
            Name = g.Name,
            State = groupViews[i].State,
            Since = Wall(groupViews[i].StateSince),
            Members = [.. g.Members],
        }),
    ];

    private DateTimeOffset Wall(long time) => takenAtWall.AddTicks(-(takenAt - time) / 100).ToLocalTime();

    private VrrpState ToState(string node, int index)
    {
        VrrpInstance instance = instances[index];
        InstanceView view = views[index];
        TrackerKey? tracker = view.FaultTracker >= 0 ? trackers[view.FaultTracker] : null;
        return new VrrpState
        {
            Node = node,
            Name = instance.Name,
            Interface = instance.Interface,
            VirtualInterface = interfaces.OfInstance(instance)?.Name,
            VirtualRouterId = instance.VirtualRouterId,
            Version = instance.Version,
            AddressFamily = instance.AddressFamily,
            State = view.State,
            Priority = view.Priority,
            BasePriority = instance.Priority,
            Master = view.MasterAddress == 0 ? null : WireAddress.ToIPAddress(view.MasterAddress, instance.AddressFamily).ToString(),
            Since = Wall(view.StateSince),
            LastAdvertAge = view.State == VrrpStateKind.Master || view.LastAdvert == 0 ? null : (takenAt - view.LastAdvert) / 1e9,
            VirtualAddresses = [.. instance.VirtualAddresses.Select(a => a.ToString())],
            ExcludedAddresses = [.. instance.ExcludedAddresses.Select(a => a.ToString())],
            StandingAddresses = [.. standing[index].Select(a => a.Configured.ToString())],
            FailedAddresses =
            [
                .. troubles[index].Select(t => new VrrpAddressFailure { Address = t.Address.Configured.ToString(), Interface = t.Where, Reason = t.Reason }),
            ],
            SourceAddress = view.SourceAddress == 0 ? null : WireAddress.ToIPAddress(view.SourceAddress, instance.AddressFamily).ToString(),
            AdvertisementInterval = view.AdvertInterval / 1e9,
            MasterDownInterval = view.MasterDownInterval / 1e9,
            PreemptsIn = view.PreemptAt > takenAt ? (view.PreemptAt - takenAt) / 1e9 : null,
            Fault = view.FaultReason == TransitionReason.None
                ? null
                : Words.Of(view.FaultReason, instance, facts[index], tracker),
            SendFailure = view.State == VrrpStateKind.Master && sendErrors[index].Now is > 0 and var errno
                ? $"cannot send adverts: {Errno.Name(errno)}{Words.SendAdvice(errno)}"
                : null,
            SelfFencingLifetime = lifetimes[index],
            Statistic = Statistic(view.Counters, sendErrors[index].Last),
        };
    }

    private static AddressTrouble[] TroublesOf(HostedInstance instance, RouterEffects effects)
    {
        List<AddressTrouble>? found = null;
        foreach (HostedAddress address in instance.Addresses)
        {
            if (AddressTrouble.Of(address) is { } trouble) (found ??= []).Add(trouble);
        }

        foreach (AddressTrouble stuck in effects.StuckOf(instance)) (found ??= []).Add(stuck);
        return found is null ? [] : [.. found];
    }

    private static VrrpStatistic Statistic(InstanceCounters counters, int lastSendError)
    {
        var rejected = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (AdvertRejection reason in Enum.GetValues<AdvertRejection>())
        {
            if (counters.Rejected.Of(reason) is > 0 and var count) rejected.Add(reason.ToString(), count);
        }

        return new VrrpStatistic
        {
            AdvertsReceived = counters.AdvertsReceived,
            AdvertsSent = counters.AdvertsSent,
            AdvertsFailed = counters.AdvertsFailed,
            LastSendError = lastSendError == 0 ? null : Errno.Name(lastSendError),
            BecameMaster = counters.BecameMaster,
            ReleasedMaster = counters.ReleasedMaster,
            PriorityZeroReceived = counters.PriorityZeroReceived,
            PriorityZeroSent = counters.PriorityZeroSent,
            Rejected = rejected,
            MaxTimerLateness = counters.MaxTimerLateness / 1e6,
        };
    }
}
