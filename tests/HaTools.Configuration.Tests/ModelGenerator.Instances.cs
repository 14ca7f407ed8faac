using System.Net;
using System.Net.NetworkInformation;

namespace HaTools.Configuration.Tests;

/// <summary>VRRP instances.</summary>
internal sealed partial class ModelGenerator
{
    private IpvlanMode ipvlanMode;
    private bool ipvlans;

    private VrrpInstance Instance(int i)
    {
        bool six = random.Next(4) == 0;
        int version = six ? 3 : random.Next(2, 4);
        bool unicast = random.Next(3) == 0;
        bool hmac = random.Next(3) == 0;
        var instance = new VrrpInstance
        {
            Name = $"{i}{Word()}".Replace('\t', ' ').Trim(),
            Interface = Coin() ? "eth0" : "eno16777736",
            VirtualRouterId = 10 * i + random.Next(10),
            Priority = random.Next(1, 256),
            AdvertisementInterval = version == 2
                ? TimeSpan.FromSeconds(random.Next(1, 256)) : TimeSpan.FromMilliseconds(10 * random.Next(1, 4096)),
            Version = version,
            InitialState = Coin() ? VrrpInitialState.Master : VrrpInitialState.Backup,
            NoPreempt = Coin(),
            Authentication = version == 2 && !hmac
                ? Maybe(() => new VrrpAuthentication((VrrpAuthenticationType)random.Next(1, 3), random.Next(3) == 0 ? "on" : "a:#'\"b")) : null,
            Hmac = hmac ? Hmac() : null,
            AlsoVersion2 = version == 3 && !six && Coin(),
            ChecksumForm = (VrrpChecksumForm)random.Next(3),
            SourceAddress = Maybe(() => Own(six, 900)),
            TrackSourceAddress = Coin(),
            MulticastGroup = unicast ? null : Maybe(() => IPAddress.Parse(six ? "ff02::1234" : "224.0.0.200")),
            UnicastPeers = unicast ? Unique(3, n => Peer(six, n)).ToValueList() : [],
            UnicastTtl = unicast && Coin() ? random.Next(256) : null,
            CheckUnicastSource = Coin(),
            UnicastFaultNoPeer = Coin(),
            VirtualInterface = Maybe(() => VirtualInterface(i, six, unicast)),
            VirtualMacForAddresses = Coin(),
            VirtualAddresses = [VirtualAddress(i, 0, six), .. Unique(3, n => VirtualAddress(i, n, six))],
            ExcludedAddresses = Unique(2, n => VirtualAddress(i, 100 + n, Coin())).ToValueList(),
            PromoteSecondaries = Coin(),
            VirtualRoutes = Unique(2, Route).ToValueList(),
            VirtualRules = Unique(2, Rule).ToValueList(),
            Accept = Coin(),
            PreemptDelay = Coin() ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(1001)),
            LowerPriorityNoAdvert = Coin(),
            HigherPrioritySendAdvert = Coin(),
            OwnerIgnoreAdverts = Coin(),
            DownTimerAdverts = random.Next(1, 101),
            TimerExpiredBackup = Coin() ? random.Next(1, 255) : null,
            TrackInterfaces = Interfaces(),
            TrackScripts = Follow(trackers.Scripts, 253),
            TrackFiles = Follow(trackers.Files, 254),
            TrackProcesses = Follow(trackers.Processes, 254),
            TrackBfd = Follow(trackers.Bfd, 253),
            DontTrackPrimary = Coin(),
            GarpRepeat = random.Next(1, 256),
            GarpDelay = Coin() ? TimeSpan.Zero : Time(),
            GarpRefresh = Coin() ? TimeSpan.Zero : Time(),
            GarpRefreshRepeat = random.Next(1, 256),
            GarpLowerPriorityDelay = Coin() ? Pace() : null,
            GarpLowerPriorityRepeat = Coin() ? random.Next(256) : null,
            GarpExtraInterval = Coin() ? TimeSpan.Zero : Time(),
            GarpExtraAll = Coin(),
            SelfFencing = Maybe(Fencing),
            Notify = Notify(),
            NotifyPriorityChanges = Coin() ? Coin() : null,
            SmtpAlert = Coin() ? Coin() : null,
        };
        return !six && instance.UnicastPeers.Count > 0 && Coin() ? InVrf(instance) : instance;
    }

    private static VrrpInstance InVrf(VrrpInstance instance)
    {
        return instance with
        {
            Interface = "blue",
            Vrf = "blue",
            SourceAddress = Address(900),
            VirtualInterface = null,
            VirtualAddresses = [.. instance.VirtualAddresses.Select(OnDevice)],
            ExcludedAddresses = [.. instance.ExcludedAddresses.Select(OnDevice)],
        };

        static VirtualAddress OnDevice(VirtualAddress address) => address with { Device = address.Device ?? "eth1" };
    }

    private VrrpHmac Hmac() => new()
    {
        Keys = [new(7, "0123456789abcdef0123456789abcdef"), new(8, "hex:" + new string('a', 64)), new(255, "file:/etc/hatools/key")],
        ActiveKey = Coin() ? 7 : 255,
        AntiReplay = Coin() ? VrrpAntiReplay.Time : VrrpAntiReplay.Monotonic,
        TimeWindow = Coin() ? TimeSpan.FromSeconds(random.Next(1, 301)) : null,
        Mode = (VrrpHmacMode)random.Next(3),
    };

    private UnicastPeer Peer(bool six, int n)
    {
        int? least = Coin() ? random.Next(256) : null;
        return new UnicastPeer(Own(six, 600 + n), least, Coin() ? random.Next(least ?? 0, 256) : null);
    }

    private VirtualInterface VirtualInterface(int i, bool six, bool unicast)
    {
        // An interface carries one kind.
        bool ipvlan = ipvlans;
        return new VirtualInterface
        {
            Kind = ipvlan ? VirtualInterfaceKind.Ipvlan : VirtualInterfaceKind.Macvlan,
            Name = Maybe(() => $"own.{i}"),
            MacAddress = ipvlan ? null : Maybe(() => new PhysicalAddress([2, 0, 0x5e, 0, 1, (byte)((16 * random.Next(16)) + i)])),
            Address = ipvlan ? Own(six, 800 + i) : null,
            PrefixLength = ipvlan && Coin() ? random.Next(33) : null,

            // All ipvlans of an interface have one.
            Mode = ipvlan ? ipvlanMode : IpvlanMode.Bridge,
            TransmitOnBase = !ipvlan && (unicast || Coin()),
            Group = Coin() ? (uint)random.Next() : null,
        };
    }

    private static IPAddress Own(bool six, int n) => six ? IPAddress.Parse($"fe80::{n:x}") : Address(n);
}
