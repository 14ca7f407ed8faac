namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// Wrong machines, made from the right one by a host that shows it another world, another time, or does something else than it asks for:
/// nothing in the machine itself is there for it.
/// </summary>
internal static class Mutants
{
    /// <summary>Of two equal priorities the lower address wins: every address's last byte is complemented on the way in and out.</summary>
    public sealed class TieBreakReversed(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override AddressBits Source => base.Source ^ 0xff;

        protected override bool Incoming(Seat seat, Packet packet)
        {
            packet.SetSource(packet.Source ^ 0xff);
            return true;
        }

        protected override void Outgoing(Packet packet) => packet.SetSource(packet.Source ^ 0xff);
    }

    /// <summary>A backup waits for 3 intervals and no more: its clock jumps to its deadline that much too early.</summary>
    public sealed class SkewLeftOut(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override long Deadline => base.Deadline == long.MaxValue ? long.MaxValue : base.Deadline - Skew;

        protected override long Shown(long now) => Math.Max(now, Router!.NextDeadline);

        private long Skew
        {
            get
            {
                long skew = long.MaxValue;
                foreach (Seat seat in Seats)
                {
                    if (seat.Instance < 0) continue;
                    if (seat.State != VrrpStateKind.Backup) return 0;
                    InstanceView view = Router![seat.Instance];
                    skew = Math.Min(skew, VrrpTiming.Skew(seat.Version, view.Priority, view.AdvertInterval));
                }

                return skew == long.MaxValue ? 0 : skew;
            }
        }
    }

    /// <summary>A master that stops is waited for as if it had died.</summary>
    public sealed class PriorityZeroIgnored(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override bool Incoming(Seat seat, Packet packet) => packet.Priority != 0;
    }

    /// <summary>A backup goes by its own interval whatever its master says.</summary>
    public sealed class IntervalNotLearned(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override bool Incoming(Seat seat, Packet packet)
        {
            if (packet.Version == 3) packet.SetInterval(seat.Interval);
            return true;
        }
    }

    /// <summary>Better than the master, it takes over whatever the configuration says.</summary>
    public sealed class NoPreemptIgnored(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(i => i with { NoPreempt = false }).ToValueList(),
        };
    }

    /// <summary>A host that is not ready preempts all the same.</summary>
    public sealed class HoldIgnored(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override bool TellsHolds => false;
    }

    /// <summary>A host that is not ready takes over from nobody, nor from silence.</summary>
    public sealed class HoldForEver(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override long Deadline => Array.Exists(Seats, s => s is { Instance: >= 0, State: VrrpStateKind.Backup, IsHeld: true }) ? long.MaxValue : base.Deadline;
    }

    /// <summary>A master does not hear better ones.</summary>
    public sealed class NeverYields(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override bool Incoming(Seat seat, Packet packet) => seat.State != VrrpStateKind.Master;
    }

    /// <summary>Whoever yields to a better router keeps the addresses.</summary>
    public sealed class AddressesKept(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override bool Heeds(ReadOnlySpan<RouterAction> all, in RouterAction action)
        {
            if (action.Kind != RouterActionKind.RemoveAddresses) return true;
            foreach (RouterAction other in all)
            {
                if (other.Kind == RouterActionKind.HigherPriorityAdvert) return false;
            }

            return true;
        }
    }

    /// <summary>
    /// After a pause it says what it would have said, before it reads what has come meanwhile, and without noticing that it was away.
    /// </summary>
    public sealed class StaleAdvertAfterPause(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override void Loop()
        {
            while (Deadline <= Local) RunTimers();
            ReadSocket();
        }

        protected override long Shown(long now) => Router!.NextDeadline;
    }

    /// <summary>The last member of a sync group goes its own way.</summary>
    public sealed class SyncMemberLeftBehind(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            SyncGroups = configuration.SyncGroups.Where(g => g.Members.Count > 1)
                .Select(g => g with { Members = g.Members.SkipLast(1).ToValueList() }).ToValueList(),
        };
    }

    /// <summary>The owner of the addresses waits as others do, though it is told to be master at once.</summary>
    public sealed class OwnerWaits(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(i => i with { InitialState = VrrpInitialState.Backup }).ToValueList(),
        };
    }

    /// <summary>In strict mode the owner hears others all the same.</summary>
    public sealed class StrictOwnerHears(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(i => i with { Strict = false }).ToValueList(),
        };
    }

    /// <summary>In strict mode the owner that speaks both versions is deaf to version 3 alone.</summary>
    public sealed class StrictOwnerHearsVersion2(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(i => i with { Strict = i.Strict && !IsOwnerOfBoth(i) }).ToValueList(),
        };

        protected override bool Incoming(Seat seat, Packet packet)
        {
            // What must be discarded is, for another reason.
            if (Lan.Plan.Strict && seat is { AlsoVersion2: true, Plan.IsOwner: true } && packet.Version == 3) packet.SetTtl(VrrpProtocol.Ttl - 1);
            return true;
        }

        private static bool IsOwnerOfBoth(VrrpInstance instance) => instance is { AlsoVersion2: true, Priority: VrrpProtocol.OwnerPriority };
    }

    /// <summary>Strict mode is taken for one version alone.</summary>
    public sealed class StrictWithoutVersion2(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(i => i with { AlsoVersion2 = i.AlsoVersion2 && !i.Strict }).ToValueList(),
        };
    }

    /// <summary>Of both versions, it warns the better master that it yields to, as it would without strict mode.</summary>
    public sealed class StrictYieldsWithWord(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(i => i with { Strict = i.Strict && !WarnsInBoth(i) }).ToValueList(),
        };

        private static bool WarnsInBoth(VrrpInstance instance) => instance is { AlsoVersion2: true, Priority: not VrrpProtocol.OwnerPriority };
    }

    /// <summary>Of two versions side by side it heeds the second, whose interval is rounded up to seconds.</summary>
    public sealed class HeedsVersion2(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override bool Incoming(Seat seat, Packet packet) => !seat.AlsoVersion2 || packet.Version == 2;
    }

    /// <summary>Of two versions side by side it says one.</summary>
    public sealed class WithoutVersion2(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(i => i with { AlsoVersion2 = false }).ToValueList(),
        };
    }

    /// <summary>Of both versions, it does not hear those who speak version 2 alone.</summary>
    public sealed class DeafToVersion2(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override bool Incoming(Seat seat, Packet packet) => !seat.AlsoVersion2 || packet.Version == 3;
    }

    /// <summary>A reload does not change the priority.</summary>
    public sealed class ReloadKeepsPriority(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        private readonly Dictionary<string, int> former = [];

        protected override HaConfiguration Told(HaConfiguration configuration)
        {
            foreach (VrrpInstance i in configuration.VrrpInstances) former.TryAdd(i.Name, i.Priority);
            return configuration with
            {
                VrrpInstances = configuration.VrrpInstances.Select(i => i with { Priority = former[i.Name] }).ToValueList(),
            };
        }
    }

    /// <summary>A reload does not change the password.</summary>
    public sealed class ReloadKeepsPassword(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(
                i => i with { Authentication = i.Authentication is { } a ? new VrrpAuthentication(a.Type, "same") : null }).ToValueList(),
        };
    }

    /// <summary>After a reload a master goes by the interval of before until it is restarted.</summary>
    public sealed class ReloadKeepsInterval(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        private readonly Dictionary<string, TimeSpan> former = [];

        protected override HaConfiguration Told(HaConfiguration configuration)
        {
            foreach (VrrpInstance i in configuration.VrrpInstances) former.TryAdd(i.Name, i.AdvertisementInterval);
            return configuration with
            {
                VrrpInstances = configuration.VrrpInstances.Select(i => i with { AdvertisementInterval = former[i.Name] }).ToValueList(),
            };
        }
    }

    /// <summary>A delay of preemption is forgotten.</summary>
    public sealed class PreemptDelayIgnored(SimulatedLan lan, int index, NodePlan plan, SimulatedClock clock)
        : SimulatedHost(lan, index, plan, clock)
    {
        protected override HaConfiguration Told(HaConfiguration configuration) => configuration with
        {
            VrrpInstances = configuration.VrrpInstances.Select(i => i with { PreemptDelay = default }).ToValueList(),
        };
    }
}
