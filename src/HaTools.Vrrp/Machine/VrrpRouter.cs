namespace HaTools.Vrrp;

/// <summary>
/// The VRRP router: all instances of a node, and what they share. Pure: it knows no socket, clock, thread or log. Each call is a step:
/// something happened at <c>now</c>, and what is to be done about it is added to the caller's <see cref="RouterActions"/>. Times are
/// nanoseconds of any monotonic clock; instances and trackers are addressed by their index in the configuration. Not thread-safe. Nothing
/// is allocated outside of construction and <see cref="Reconfigure(RouterSettings, ReadOnlySpan{int}, ReadOnlySpan{int}, long, RouterActions)"/>.
/// </summary>
/// <remarks>
/// The protocol is that of RFC 3768 (version 2) and RFC 9568 (version 3); where they leave a choice, or keepalived is known to differ,
/// keepalived's measured behaviour is followed, because its routers are the peers. The host's part of the bargain: actions are carried out
/// in order; every datagram that waits is handed over before <see cref="OnTimer"/> is called, so that a stalled host does not take over
/// from a master whose adverts lie in its socket.
/// </remarks>
internal sealed partial class VrrpRouter
{
    /// <summary>The longest datagram that <see cref="EncodeAdvert"/> writes: 255 addresses and version 2's authentication data.</summary>
    public const int MaxAdvertLength =
        Ipv4Header.MinLength + VrrpProtocol.HeaderLength + 255 * VrrpProtocol.Ipv4AddressLength + VrrpProtocol.AuthenticationDataLength;

    private RouterInstance[] instances;
    private TrackerReading[] trackers;
    private int[][] groups;
    private DeadlineHeap deadlines;
    private DueInstance[] due;
    private bool started;

    /// <param name="configuration">The configuration, of which the instances, the sync groups and the trackers are read.</param>
    /// <exception cref="ArgumentException">An instance cannot be put on the wire, or tracks something that is not there.</exception>
    public VrrpRouter(HaConfiguration configuration) : this(new RouterSettings(configuration))
    {
    }

    /// <param name="settings">The compiled configuration; no other router may be given the same object.</param>
    public VrrpRouter(RouterSettings settings)
    {
        instances = [.. settings.Instances.Select(i => new RouterInstance(i))];
        trackers = new TrackerReading[settings.Trackers.Length];
        groups = settings.Groups;
        deadlines = new DeadlineHeap(instances.Length);
        due = new DueInstance[instances.Length];
        foreach (RouterInstance instance in instances) instance.Priority = instance.Settings.EffectivePriority(trackers);
    }

    public int InstanceCount => instances.Length;

    public int GroupCount => groups.Length;

    /// <summary>When <see cref="OnTimer"/> is to be called next; <see cref="long.MaxValue"/>: there is no need.</summary>
    public long NextDeadline => deadlines.Earliest;

    /// <summary>
    /// The trackers that a configuration uses, in the order of <see cref="OnTracker"/>'s index. Trackers that nobody follows are not among
    /// them.
    /// </summary>
    public static IReadOnlyList<TrackerKey> TrackersOf(HaConfiguration configuration) => RouterSettings.TrackersOf(configuration);

    /// <summary>An instance as it stands now.</summary>
    public InstanceView this[int instance]
    {
        get
        {
            RouterInstance i = instances[instance];
            return new InstanceView
            {
                State = i.State,
                Priority = i.Priority,
                MasterAddress = i.MasterAddress,
                SourceAddress = i.SourceAddress,
                StateSince = i.StateSince,
                LastAdvert = i.LastAdvert,
                AdvertInterval = i.State == VrrpStateKind.Backup ? i.MasterInterval : i.Settings.Interval,
                MasterDownInterval = i.MasterDownInterval,
                FaultReason = i.FaultReason,
                FaultTracker = i.FaultTracker,
                Counters = i.Counters,
            };
        }
    }

    /// <summary>A sync group as it stands now.</summary>
    public GroupView Group(int group)
    {
        RouterInstance first = instances[groups[group][0]];
        return new GroupView { State = first.State, StateSince = first.StateSince };
    }

    /// <summary>
    /// The instances begin. Those that are not master at once are told to remove their addresses, which a dead predecessor may have left;
    /// those that do not know yet what they need (the interface, the first result of a tracker without weight) stay in Initialize until
    /// they do.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="sinceBoot">How long the host has been up, in nanoseconds (CLOCK_BOOTTIME).</param>
    /// <param name="actions">What is to be done.</param>
    public void Start(long now, long sinceBoot, RouterActions actions)
    {
        if (started) return;
        started = true;
        for (int i = 0; i < instances.Length; i++) Begin(i, now, actions);
    }

    /// <summary>
    /// The instances end: masters say so with priority 0 and remove their addresses. <see cref="Start"/> may follow again.
    /// </summary>
    public void Stop(long now, RouterActions actions)
    {
        if (!started) return;
        for (int i = 0; i < instances.Length; i++) End(i, TransitionReason.Shutdown, now, actions);
        started = false;
    }

    /// <summary>To how many addresses each advert of an instance goes: 1 for the multicast group, else the number of unicast peers.</summary>
    public int DestinationCount(int instance) => instances[instance].Settings.Destinations.Length;

    /// <summary>One of them.</summary>
    public UInt128 Destination(int instance, int index) => instances[instance].Settings.Destinations[index];

    /// <summary>
    /// Writes the advert that a <see cref="RouterActionKind.SendAdvert"/> asks for: for IPv4 a whole datagram with its IP header.
    /// </summary>
    /// <param name="action">The action.</param>
    /// <param name="destination">Where to, one of <see cref="Destination"/>.</param>
    /// <param name="ipIdentification">IPv4: the datagram's identification; keepalived counts from 1 for each instance.</param>
    /// <param name="unixNanoseconds">The wall clock, for auth_hmac.</param>
    /// <param name="buffer">Where it is written; <see cref="MaxAdvertLength"/> bytes are always enough.</param>
    /// <returns>The length.</returns>
    public int EncodeAdvert(in RouterAction action, UInt128 destination, ushort ipIdentification, long unixNanoseconds, Span<byte> buffer)
    {
        RouterInstance i = instances[action.Instance];
        InstanceSettings settings = i.Settings;
        var fields = new VrrpAdvertFields
        {
            Version = action.Version,
            VirtualRouterId = (byte)settings.Instance.VirtualRouterId,
            Priority = (byte)action.Value,
            IntervalUnits = settings.IntervalUnits,
            AuthenticationType = settings.AuthenticationType,
            ChecksumForm = settings.Instance.ChecksumForm,
            Source = (uint)i.SourceAddress,
            Destination = (uint)destination,
            Identification = ipIdentification,
        };
        return VrrpAdvertWriter.Write(fields, settings.WireAddresses, settings.AuthenticationData, buffer);
    }

    /// <summary>
    /// The virtual router id of a datagram, by which the host finds the instance on an interface; nothing is checked. -1: there is none.
    /// </summary>
    public static int PeekVirtualRouterId(ReadOnlySpan<byte> ipDatagram) => VrrpAdvert.PeekVirtualRouterId(ipDatagram);

    private void SendAdvert(int index, int priority, RouterActions actions, long lateness = 0)
    {
        RouterInstance i = instances[index];
        i.Counters.AdvertsSent++;
        if (priority == VrrpProtocol.StopPriority) i.Counters.PriorityZeroSent++;
        actions.Add(new RouterAction(RouterActionKind.SendAdvert, index)
        {
            Value = priority,
            Version = i.Settings.Version,
            Lateness = lateness,
        });
    }

    private void SendGarps(int index, GarpBurst burst, RouterActions actions) => actions.Add(
        new RouterAction(RouterActionKind.SendGratuitousArp, index) { Value = instances[index].Settings.Instance.GarpRepeat, Burst = burst });

    /// <summary>Brings the heap up to date after an instance's timers changed.</summary>
    private void Arm(int index) => deadlines.Set(index, instances[index].Deadline);
}
