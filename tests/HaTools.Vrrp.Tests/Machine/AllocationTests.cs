using System.Net;
using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

public class AllocationTests
{
    private const int Instances = 60;
    private const int MembersOfGroup = 5;

    private static readonly Dictionary<string, Func<VrrpInstance, VrrpInstance>> kinds = new()
    {
        ["version 2"] = i => i with { Version = 2 },
        ["version 2 with a password"] = i => i with { Version = 2, Authentication = Password("secret") },
        ["version 2 with the authentication header"] =
            i => i with { Version = 2, Authentication = new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, "secret") },
        ["version 3"] = i => i,
        ["version 3 with delays and without preemption"] = i => i.VirtualRouterId % 2 == 0
            ? i with { PreemptDelay = TimeSpan.FromSeconds(2) }
            : i with { NoPreempt = true, GarpRefresh = TimeSpan.FromSeconds(3), HigherPrioritySendAdvert = true },
        ["version 3 with version 2 beside it"] = i => i with { AlsoVersion2 = true },
        ["version 3 with auth_hmac"] = i => i with { Hmac = Hmac(VrrpAntiReplay.Monotonic) },
        ["version 3 over IPv6"] = i => i with { VirtualAddresses = Addresses("fe80::70:9:1", "fd00::9:1") },
        ["version 3 over IPv6 with auth_hmac"] =
            i => i with { VirtualAddresses = Addresses("fe80::70:9:1"), Hmac = Hmac(VrrpAntiReplay.Time) },
        ["unicast"] = i => i with { UnicastPeers = Peers("10.70.0.3", "10.70.0.1"), CheckUnicastSource = true },
        ["unicast over IPv6"] = i => i with { VirtualAddresses = Addresses("fd00::9:1"), UnicastPeers = Peers("fe80::3", "fe80::1") },
    };

    public static TheoryData<string, bool> Kinds
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string kind in kinds.Keys)
            {
                data.Add(kind, false);
                data.Add(kind, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_steady_state_and_every_kind_of_step_allocate_nothing(string kind, bool inSyncGroups)
    {
        HaConfiguration configuration = Configured(kinds[kind], inSyncGroups);
        int family = configuration.VrrpInstances[0].AddressFamily;
        var router = new VrrpRouter(configuration);
        var better = new VrrpRouter(configuration);
        var worse = new VrrpRouter(configuration);
        var actions = new RouterActions();
        byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
        AddressBits own = Address(family, 2), above = Address(family, 3), below = Address(family, 1);
        for (int i = 0; i < Instances; i++)
        {
            router.OnInterface(i, new InterfaceReading(true, own), 0, actions);
            better.OnInterface(i, new InterfaceReading(true, above), 0, actions);
            worse.OnInterface(i, new InterfaceReading(true, below), 0, actions);
        }

        router.OnTracker(0, TrackerReading.Up, 0, actions);
        router.Start(0, long.MaxValue, actions);
        better.Start(0, long.MaxValue, actions);
        worse.Start(0, long.MaxValue, actions);
        var unheeded = new RouterActions();

        var random = new Random(1);
        long now = 0, transitions = 0, heard = 0;

        // Each step is some adverts, and to sign and check them takes twenty times as long as all the rest.
        int enough = kind.Contains("auth", StringComparison.Ordinal) ? 6_000 : 30_000;
        Run(enough / 3);
        Allocations.None(() => Run(enough));
        Assert.True(transitions > enough / 60, $"only {transitions} transitions");
        Assert.True(heard > enough / 6, $"only {heard} adverts were valid");

        void Run(int steps)
        {
            for (int step = 0; step < steps; step++)
            {
                actions.Clear();
                int instance = random.Next(Instances);
                switch (random.Next(100))
                {
                    case < 60:
                        now = Math.Max(now, router.NextDeadline == long.MaxValue ? now : router.NextDeadline);
                        router.OnTimer(now, actions);
                        break;
                    case < 75:
                        Hear(better, above, instance, 200);
                        break;
                    case < 85:
                        Hear(worse, below, instance, 50);
                        break;
                    case < 90:
                        Hear(better, above, instance, 0);
                        break;
                    case < 95:
                        Hear(better, above, instance, 200, cut: true);
                        break;
                    case < 97:
                        router.OnInterface(instance, new InterfaceReading(random.Next(2) == 0, own), now, actions);
                        break;
                    default:
                        router.OnTracker(0, TrackerReading.Of(random.Next(4) != 0), now, actions);
                        break;
                }

                foreach (RouterAction action in actions.AsSpan())
                {
                    if (action.Kind == RouterActionKind.SendAdvert)
                    {
                        for (int d = 0; d < router.DestinationCount(action.Instance); d++)
                        {
                            int length = router.EncodeAdvert(action, router.Destination(action.Instance, d), 1, now, buffer);
                            // The authentication header's numbers go on from what was heard.
                            if (family == 4) Tell(action.Instance, buffer.AsSpan(0, length));
                        }
                    }

                    if (action.Kind == RouterActionKind.StateChanged) transitions++;
                }
            }
        }

        void Tell(int instance, ReadOnlySpan<byte> datagram)
        {
            better.OnAdvert(instance, datagram, new ReceiveTime(now, now), unheeded);
            worse.OnAdvert(instance, datagram, new ReceiveTime(now, now), unheeded);
            unheeded.Clear();
        }

        void Hear(VrrpRouter sender, AddressBits source, int instance, int priority, bool cut = false)
        {
            AddressBits destination = sender.Destination(instance, 0);
            if (sender.DestinationCount(instance) > 1) destination = own;
            int version = configuration.VrrpInstances[instance].Version;
            var action = new RouterAction(RouterActionKind.SendAdvert, instance) { Value = priority, Version = version };
            int length = sender.EncodeAdvert(action, destination, 1, now, buffer) - (cut ? 3 : 0);
            var time = new ReceiveTime(now, now);
            long valid = router[instance].Counters.AdvertsReceived;
            if (family == 4) router.OnAdvert(instance, buffer.AsSpan(0, length), time, actions);
            else router.OnAdvert(instance, new Ipv6Envelope(source, destination, 255), buffer.AsSpan(0, length), time, actions);
            heard += router[instance].Counters.AdvertsReceived - valid;
        }
    }

    private static HaConfiguration Configured(Func<VrrpInstance, VrrpInstance> kind, bool inSyncGroups) => new()
    {
        Scripts = [new ScriptTracker { Name = "chk", Command = "x" }],
        VrrpInstances = Enumerable.Range(1, Instances).Select(i => kind(Instance() with
        {
            Name = $"VI_{i}",
            VirtualRouterId = i,
            TrackScripts = [new Tracked("chk", i % 3 == 0 ? 0 : -10)],
        })).ToValueList(),
        SyncGroups = !inSyncGroups ? [] : Enumerable.Range(0, Instances / MembersOfGroup).Select(g => new VrrpSyncGroup
        {
            Name = $"G{g}",
            Members = Enumerable.Range(g * MembersOfGroup + 1, MembersOfGroup).Select(i => $"VI_{i}").ToValueList(),
        }).ToValueList(),
    };

    private static AddressBits Address(int family, int host) => family == 4 ? Wire.Address($"10.70.0.{host}") : Address6($"fe80::{host}");

    private static ValueList<UnicastPeer> Peers(params string[] addresses) =>
        addresses.Select(a => new UnicastPeer(IPAddress.Parse(a))).ToValueList();

    private static VrrpHmac Hmac(VrrpAntiReplay replay) =>
        new() { Keys = [new VrrpHmacKey(1, new string('k', 32))], ActiveKey = 1, AntiReplay = replay };
}
