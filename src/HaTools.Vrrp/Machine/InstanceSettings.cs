using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace HaTools.Vrrp;

/// <summary>A configured instance in the terms of the machine, made once for each configuration.</summary>
internal sealed class InstanceSettings
{
    /// <param name="instance">The instance; the configuration's validator has accepted it.</param>
    /// <param name="trackers">The trackers that it follows.</param>
    /// <exception cref="ArgumentException">The instance cannot be put on the wire.</exception>
    public InstanceSettings(VrrpInstance instance, TrackerUse[] trackers)
    {
        Instance = instance;
        Trackers = trackers;
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

        if (instance.AddressFamily != 4) throw Refuse($"{instance.VirtualAddresses[0]} is not an IPv4 address");
        Addresses = [.. instance.VirtualAddresses.Select(a => ToNumber(a.Address))];
        WireAddresses = [.. Addresses.Select(a => (uint)a)];
        Destinations = [VrrpProtocol.MulticastAddress];
        AuthenticationType = instance is { Version: 2, Authentication: { } authentication } ? (int)authentication.Type : 0;
        AuthenticationData = AuthenticationType == 0
            ? new byte[VrrpProtocol.AuthenticationDataLength]
            : ToWire(instance.Authentication!.Password);
        GarpDelay = instance.GarpDelay.Ticks * TimeSpan.NanosecondsPerTick;
    }

    public VrrpInstance Instance { get; }

    public int Version => Instance.Version;

    /// <summary>The interval between our own adverts, in nanoseconds.</summary>
    public long Interval { get; }

    /// <summary>The same in the wire's units.</summary>
    public int IntervalUnits { get; }

    /// <summary>4 or 6.</summary>
    public int Family => Instance.AddressFamily;

    /// <summary>The virtual addresses in the order of the advert.</summary>
    public UInt128[] Addresses { get; }

    /// <summary>The same for IPv4's writer.</summary>
    public uint[] WireAddresses { get; }

    /// <summary>Where adverts go: the multicast group, or each peer.</summary>
    public UInt128[] Destinations { get; }

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
    public int EffectivePriority(ReadOnlySpan<TrackerReading> readings)
    {
        if (Instance.Priority == VrrpProtocol.OwnerPriority) return VrrpProtocol.OwnerPriority;
        int priority = Instance.Priority;
        foreach (TrackerUse use in Trackers)
        {
            if (use.Weight > 0 ? readings[use.Tracker].State == TrackerState.Up : use.IsFailed(readings)) priority += use.Weight;
        }

        return Math.Clamp(priority, 1, VrrpProtocol.OwnerPriority - 1);
    }

    private static byte[] ToWire(string password)
    {
        byte[] data = new byte[VrrpProtocol.AuthenticationDataLength];
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        bytes.AsSpan(0, Math.Min(bytes.Length, data.Length)).CopyTo(data);
        return data;
    }

    /// <summary>An address as a number: IPv4 in the low 32 bits, host byte order.</summary>
    private UInt128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        if (length != (Family == 4 ? 4 : 16)) throw Refuse($"{address} is not an IPv{Family} address");
        return Family == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private ArgumentException Refuse(string what) => new($"VRRP instance {Instance.Name}: {what}.");
}
