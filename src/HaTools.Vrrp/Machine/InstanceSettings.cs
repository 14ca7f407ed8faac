using System.Net;
using System.Text;

namespace HaTools.Vrrp;

/// <summary>A configured instance in the terms of the machine, made once for each configuration. Times are nanoseconds.</summary>
internal sealed class InstanceSettings
{
    /// <param name="instance">The instance; the configuration's validator has accepted it.</param>
    /// <param name="trackers">The trackers that it follows, those of its sync group among them.</param>
    /// <param name="group">The index of its sync group; -1: none.</param>
    /// <param name="unit">The instances that change state with it, itself among them.</param>
    /// <exception cref="ArgumentException">The instance cannot be put on the wire.</exception>
    public InstanceSettings(VrrpInstance instance, TrackerUse[] trackers, int group, int[] unit)
    {
        Instance = instance;
        Trackers = trackers;
        Group = group;
        Unit = unit;
        Family = instance.AddressFamily;
        CheckNumbers();
        Interval = Nanoseconds(instance.AdvertisementInterval);
        long length = VrrpProtocol.IntervalUnit(Version);
        long units = Interval / length;
        if (units < 1 || units > VrrpProtocol.MaxIntervalUnits(Version) || units * length != Interval)
            throw Refuse($"version {Version} cannot say an interval of {instance.AdvertisementInterval.TotalSeconds} s");
        IntervalUnits = (int)units;

        Addresses = [.. instance.VirtualAddresses.Select(a => ToNumber(a.Address))];
        MulticastGroup = instance.MulticastGroup is { } own ? ToNumber(own) : Family == 6 ? VrrpProtocol.MulticastAddress6 : VrrpProtocol.MulticastAddress;
        Peers = [.. instance.UnicastPeers.Select(p => new Peer(ToNumber(p.Address), p.MinimumTtl ?? 0, p.MaximumTtl ?? byte.MaxValue))];
        Destinations = IsUnicast ? [.. Peers.Select(p => p.Address)] : [MulticastGroup];
        ChecksSource = instance.CheckUnicastSource || instance.UnicastPeers.Any(p => p.MinimumTtl is not null || p.MaximumTtl is not null);

        AuthenticationType = AuthenticationTypeOf(instance);
        AuthenticationData = AuthenticationType == 0
            ? new byte[VrrpProtocol.AuthenticationDataLength]
            : ToWire(instance.Authentication!.Password);
        Hmac = instance.Hmac is { } hmac ? new HmacAuthenticator(hmac, instance.AdvertisementInterval) : null;

        PreemptDelay = Nanoseconds(instance.PreemptDelay);
        GarpDelay = Nanoseconds(instance.GarpDelay);
        LowerPriorityDelay = instance.GarpLowerPriorityDelay is { } delay ? Nanoseconds(delay) : GarpDelay;
        GarpRefresh = Nanoseconds(instance.GarpRefresh);
        GarpExtraInterval = Nanoseconds(instance.GarpExtraInterval);
    }

    public VrrpInstance Instance { get; }

    public int Version => Instance.Version;

    /// <summary>4 or 6.</summary>
    public int Family { get; }

    /// <summary>The versions that are heard.</summary>
    public VrrpVersions Versions =>
        Instance.AlsoVersion2 ? VrrpVersions.Both : Version == 2 ? VrrpVersions.Two : VrrpVersions.Three;

    /// <summary>The interval between our own adverts.</summary>
    public long Interval { get; }

    /// <summary>The same in the wire's units.</summary>
    public int IntervalUnits { get; }

    /// <summary>The virtual addresses in the order of the advert.</summary>
    public AddressBits[] Addresses { get; }

    /// <summary>The multicast group.</summary>
    public AddressBits MulticastGroup { get; }

    /// <summary>The unicast peers; empty: adverts are multicast.</summary>
    public Peer[] Peers { get; }

    public bool IsUnicast => Peers.Length > 0;

    /// <summary>There should be peers and are none.</summary>
    public bool LacksPeers => Instance.UnicastFaultNoPeer && !IsUnicast;

    /// <summary>Where adverts go: the multicast group, or each peer.</summary>
    public AddressBits[] Destinations { get; }

    /// <summary>Whether only peers are heard.</summary>
    public bool ChecksSource { get; }

    /// <summary>The wire's number; 0: none.</summary>
    public int AuthenticationType { get; }

    /// <summary>The 8 bytes at the end of an advert of version 2; the key of the authentication header.</summary>
    public byte[] AuthenticationData { get; }

    /// <summary>auth_hmac with its sequence numbers, which go over from settings to settings; null: none.</summary>
    public HmacAuthenticator? Hmac { get; }

    public TrackerUse[] Trackers { get; }

    /// <summary>The index of the sync group; -1: none.</summary>
    public int Group { get; }

    /// <summary>The instances that change state together: the members of the sync group, or this one alone.</summary>
    public int[] Unit { get; }

    /// <summary>How much later a lower master is preempted; 0: not.</summary>
    public long PreemptDelay { get; }

    /// <summary>From a burst of gratuitous ARPs on takeover to the second; 0: no second.</summary>
    public long GarpDelay { get; }

    /// <summary>The same after an advert of lower priority.</summary>
    public long LowerPriorityDelay { get; }

    /// <summary>Messages for each address after an advert of lower priority; 0: none are sent.</summary>
    public int LowerPriorityRepeat => Instance.GarpLowerPriorityRepeat ?? Instance.GarpRepeat;

    /// <summary>From refresh to refresh; 0: none.</summary>
    public long GarpRefresh { get; }

    /// <summary>The same for addresses on other interfaces.</summary>
    public long GarpExtraInterval { get; }

    public bool IsOwner => Instance.Priority == VrrpProtocol.OwnerPriority;

    /// <summary>Whether the instance is master without waiting; keepalived demands both words for it.</summary>
    public bool StartsAsMaster => IsOwner && Instance.InitialState == VrrpInitialState.Master;

    /// <summary>The owner of the addresses preempts whatever is configured (RFC 9568 section 6.1, Preempt_Mode).</summary>
    public bool Preempts => !Instance.NoPreempt || IsOwner;

    /// <summary>
    /// Whether the owner is deaf. The RFCs before erratum 8298 demanded it (RFC 5798 section 7.1), and so does keepalived's strict mode.
    /// </summary>
    public bool OwnerIsDeaf => IsOwner && (Instance.OwnerIgnoreAdverts || Instance.Strict);

    /// <summary>
    /// After a silence of ours of this length another router may be master: the down interval of the best that the others can be, 254 where
    /// nothing else is said. Less than two intervals is never taken for a sleep, whatever <c>down_timer_adverts</c> may be.
    /// </summary>
    public long PatienceOfOthers => Math.Max(
        2 * Interval,
        VrrpTiming.MasterDownInterval(
            Version, Instance.TimerExpiredBackup ?? VrrpProtocol.OwnerPriority - 1, Interval, Instance.DownTimerAdverts));

    /// <summary>The interval in the units of a version. What version 2 cannot say goes up to whole seconds (RFC 9568 section 8.4.2).</summary>
    public int IntervalUnitsOf(int version)
    {
        if (version == Version) return IntervalUnits;
        long length = VrrpProtocol.IntervalUnit(version);
        return (int)Math.Clamp((Interval + length - 1) / length, 1, VrrpProtocol.MaxIntervalUnits(version));
    }

    /// <summary>The priority after the trackers: 1 to 254, or the owner's 255, which nothing lowers.</summary>
    public int EffectivePriority(ReadOnlySpan<TrackerReading> readings)
    {
        if (IsOwner) return VrrpProtocol.OwnerPriority;
        int priority = Instance.Priority;
        foreach (TrackerUse use in Trackers) priority += use.Contribution(readings[use.Tracker]);
        return Math.Clamp(priority, 1, VrrpProtocol.OwnerPriority - 1);
    }

    /// <summary>The wire's number of the authentication of an instance; 0: none. Version 3 knows none (RFC 9568 section 9).</summary>
    public static int AuthenticationTypeOf(VrrpInstance instance) =>
        instance is { Version: 2, Authentication: { } authentication } ? (int)authentication.Type : 0;

    /// <summary>The index of the peer with this address; -1: none.</summary>
    public int FindPeer(AddressBits address)
    {
        for (int i = 0; i < Peers.Length; i++)
        {
            if (Peers[i].Address == address) return i;
        }

        return -1;
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private static byte[] ToWire(string password)
    {
        byte[] data = new byte[VrrpProtocol.AuthenticationDataLength];
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        bytes.AsSpan(0, Math.Min(bytes.Length, data.Length)).CopyTo(data);
        return data;
    }

    private void CheckNumbers()
    {
        if (Version is not (2 or 3)) throw Refuse($"version {Version} is neither 2 nor 3");
        if (Version == 2 && Family == 6) throw Refuse("version 2 is for IPv4 only");
        if (Instance.AlsoVersion2 && (Version != 3 || Family != 4)) throw Refuse("only version 3 over IPv4 can speak version 2 beside it");
        if (Instance.VirtualRouterId is < 1 or > 255) throw Refuse($"virtual router id {Instance.VirtualRouterId} is not in 1 to 255");
        if (Instance.Priority is < 1 or > VrrpProtocol.OwnerPriority) throw Refuse($"priority {Instance.Priority} is not in 1 to 255");
        if (Instance.VirtualAddresses.Count > VrrpProtocol.MaxAddresses) throw Refuse("an advert has room for 255 addresses");
        if (Instance.DownTimerAdverts is < 1 or > 100) throw Refuse($"{Instance.DownTimerAdverts} adverts are not in 1 to 100");
    }

    /// <summary>An address as a number: IPv4 in the low 32 bits.</summary>
    private AddressBits ToNumber(IPAddress address) =>
        WireAddress.FamilyOf(address) == Family ? WireAddress.Of(address) : throw Refuse($"{address} is not an IPv{Family} address");

    private ArgumentException Refuse(string what) => new($"VRRP instance {Instance.Name}: {what}.");

    /// <summary>A unicast peer.</summary>
    /// <param name="Address">Its address.</param>
    /// <param name="MinimumTtl">The lowest TTL of its adverts.</param>
    /// <param name="MaximumTtl">The highest.</param>
    internal sealed record Peer(AddressBits Address, int MinimumTtl, int MaximumTtl);
}
