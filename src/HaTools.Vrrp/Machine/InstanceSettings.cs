using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace HaTools.Vrrp;

/// <summary>A configured instance in the terms of the machine, made once for each configuration.</summary>
internal sealed class InstanceSettings
{
    /// <param name="instance">The instance; the configuration's validator has accepted it.</param>
    /// <param name="scripts">The scripts that it may track.</param>
    /// <exception cref="ArgumentException">The instance cannot be put on the wire, or tracks a script that is not there.</exception>
    public InstanceSettings(VrrpInstance instance, ValueList<ScriptTracker> scripts)
    {
        Instance = instance;
        if (instance.Version is not (2 or 3)) throw Refuse($"version {instance.Version} is neither 2 nor 3");
        if (instance.VirtualRouterId is < 1 or > 255) throw Refuse($"virtual router id {instance.VirtualRouterId} is not in 1 to 255");
        if (instance.Priority is < 1 or > VrrpProtocol.OwnerPriority) throw Refuse($"priority {instance.Priority} is not in 1 to 255");
        if (instance.VirtualAddresses.Count > 255) throw Refuse("an advert has room for 255 addresses");

        Interval = instance.AdvertisementInterval.Ticks * TimeSpan.NanosecondsPerTick;
        long unit = VrrpProtocol.IntervalUnit(instance.Version);
        long units = Interval / unit;
        if (units < 1 || units > VrrpProtocol.MaxIntervalUnits(instance.Version) || units * unit != Interval)
            throw Refuse($"version {instance.Version} cannot say an interval of {instance.AdvertisementInterval.TotalSeconds} s");
        IntervalUnits = (int)units;

        Addresses = [.. instance.VirtualAddresses.Select(a => ToUInt32(a))];
        AuthenticationType = instance is { Version: 2, Authentication: { } authentication } ? (int)authentication.Type : 0;
        AuthenticationData = AuthenticationType == 0
            ? new byte[VrrpProtocol.AuthenticationDataLength]
            : ToWire(instance.Authentication!.Password);
        Trackers = [.. instance.TrackScripts.Select(t => ToTracker(t, scripts))];
        GarpDelay = instance.GarpDelay.Ticks * TimeSpan.NanosecondsPerTick;
    }

    public VrrpInstance Instance { get; }

    public int Version => Instance.Version;

    /// <summary>The interval between our own adverts, in nanoseconds.</summary>
    public long Interval { get; }

    /// <summary>The same in the wire's units.</summary>
    public int IntervalUnits { get; }

    /// <summary>The virtual addresses, IPv4 in host byte order, in the order of the advert.</summary>
    public uint[] Addresses { get; }

    /// <summary>The wire's number; 0: none.</summary>
    public int AuthenticationType { get; }

    /// <summary>The 8 bytes at the end of an advert of version 2.</summary>
    public byte[] AuthenticationData { get; }

    public TrackerUse[] Trackers { get; }

    /// <summary>From the first burst of gratuitous ARPs to the second, in nanoseconds; 0: no second.</summary>
    public long GarpDelay { get; }

    /// <summary>Whether the instance is master without waiting; keepalived demands both words for it.</summary>
    public bool StartsAsMaster => Instance is { Priority: VrrpProtocol.OwnerPriority, InitialState: VrrpInitialState.Master };

    /// <summary>The owner of the addresses preempts whatever is configured (RFC 9568 section 6.1, Preempt_Mode).</summary>
    public bool Preempts => !Instance.NoPreempt || Instance.Priority == VrrpProtocol.OwnerPriority;

    /// <summary>The priority after the trackers: 1 to 254, or the owner's 255, which nothing lowers.</summary>
    public int EffectivePriority(ReadOnlySpan<TrackerState> states)
    {
        if (Instance.Priority == VrrpProtocol.OwnerPriority) return VrrpProtocol.OwnerPriority;
        int priority = Instance.Priority;
        foreach (TrackerUse use in Trackers)
        {
            if (use.Weight > 0 ? states[use.Tracker] == TrackerState.Up : use.IsFailed(states)) priority += use.Weight;
        }

        return Math.Clamp(priority, 1, VrrpProtocol.OwnerPriority - 1);
    }

    private static TrackerUse ToTracker(Tracked tracked, ValueList<ScriptTracker> scripts)
    {
        for (int i = 0; i < scripts.Count; i++)
        {
            if (scripts[i].Name == tracked.Name) return new TrackerUse(i, tracked.Weight ?? scripts[i].Weight, scripts[i].InitFail);
        }

        throw new ArgumentException($"The tracked script {tracked.Name} is not configured.", nameof(scripts));
    }

    private static byte[] ToWire(string password)
    {
        byte[] data = new byte[VrrpProtocol.AuthenticationDataLength];
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        bytes.AsSpan(0, Math.Min(bytes.Length, data.Length)).CopyTo(data);
        return data;
    }

    private uint ToUInt32(VirtualAddress address)
    {
        if (address.Address.AddressFamily != AddressFamily.InterNetwork) throw Refuse($"{address} is not an IPv4 address");
        Span<byte> bytes = stackalloc byte[VrrpProtocol.Ipv4AddressLength];
        address.Address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    private ArgumentException Refuse(string what) => new($"VRRP instance {Instance.Name}: {what}.");
}
