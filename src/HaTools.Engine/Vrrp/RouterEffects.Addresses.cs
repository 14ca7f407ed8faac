using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>The virtual addresses: added, put back, and what is to be done about them at a time.</summary>
internal sealed partial class RouterEffects
{
    /// <summary>How long the addresses of a gated instance wait for the data plane: 1 s.</summary>
    private const long GatePatience = 1_000_000_000;

    /// <summary>
    /// Who sweeps all addresses from an interface (<c>ip addr flush</c>, a link that goes down) may take what we need to be master with them: an address is
    /// put back when that is known, and once for all.
    /// </summary>
    private const long Sweep = 10_000_000;

    /// <summary>An address that somebody keeps removing is put back five times a second.</summary>
    private const long PutBackInterval = 200_000_000;

    /// <summary>
    /// Addresses that go to the kernel in one system call. Each waits for the kernel's routing lock by itself, and adverts that become due meanwhile go out
    /// between two calls.
    /// </summary>
    private const int Together = 16;

    private readonly int[] errnos = new int[Together];

    /// <summary>Notes a deadline of an instance that was just set.</summary>
    public void Expect(HostedInstance instance) => NextDeadline = Math.Min(NextDeadline, instance.NextDeadline);

    /// <summary>Notes a deadline of an interface that was just set.</summary>
    public void Expect(HostedInterface carrier) => NextDeadline = Math.Min(NextDeadline, carrier.NextDeadline);

    /// <summary>Does what is due of retries, renewals and waiting.</summary>
    public void Housekeeping(long now)
    {
        // What is set meanwhile counts too.
        NextDeadline = long.MaxValue;
        if (beatAt <= now) BeatNow(now);
        if (announcer.NextDeadline <= now) announcer.Drain(now);
        RemoveAgain(now);
        foreach (HostedInstance instance in Instances)
        {
            if (instance.NextDeadline <= now)
            {
                if (instance.LeftoversUntil <= now) RemoveLeftovers(instance);
                if (instance.GateEnds <= now)
                {
                    sink.Raise(new VrrpHostEvent(VrrpHostEventCode.GateTimedOut, instance.Name));
                    OpenGate(instance, now);
                }

                if (instance.DetectAgainAt <= now) DetectAgain(instance, now);
                if (instance.PutBackAt <= now) PutBack(instance, now);
                if (instance.ObstacleEnds <= now) EndRefusal(instance, now);
                Breathe();
            }

            Expect(instance);
        }

        foreach (HostedInterface carrier in Interfaces) Expect(carrier);
        NextDeadline = Math.Min(Math.Min(NextDeadline, announcer.NextDeadline), Math.Min(beatAt, NextRemoval));
    }

    /// <summary>The data plane is ready: the addresses that wait for it go on.</summary>
    public void OpenGate(HostedInstance instance, long now)
    {
        if (instance.GateEnds == long.MaxValue) return;
        instance.GateEnds = long.MaxValue;
        PutUp(instance, now);
        instance.HasNewsOfSetting = false;
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.SettingAddresses, instance.Name));
        if (instance.GarpsWaiting == 0) return;
        Announce(instance, instance.GarpsWaiting, GarpBurst.Takeover);
        instance.GarpsWaiting = 0;
        TellGratuitousArps(instance);
    }

    /// <summary>An address of an instance that is held has gone from its interface, and not by us.</summary>
    public void OnAddressLost(HostedAddress address, long now)
    {
        HostedInstance instance = address.Owner;
        if (!instance.IsHeld || instance.GateEnds != long.MaxValue || address.BelongsToHost || address.IsDuplicate) return;
        address.IsProven = false;

        // Its removal is on its way already, as that of all addresses.
        if (Router[instance.Index].State != VrrpStateKind.Master) return;
        if (address.IsUntracked)
        {
            Abandon(address, now);
            return;
        }

        address.IsLost = true;
        instance.PutBackAt = Math.Min(instance.PutBackAt, Math.Max(now + Sweep, instance.LastPutBack + PutBackInterval));
        Expect(instance);
    }

    private void TellLoss(HostedAddress address, long now)
    {
        HostedInstance instance = address.Owner;
        if (!instance.LossNews.Spend(now)) return;
        if (instance.LossNews.TakeUntold() is > 0 and var untold)
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.LossesLeftOut, instance.Name) { First = untold });
        RaiseAbout(VrrpHostEventCode.AddressPutBack, address);
    }

    private void Abandon(HostedAddress address, long now)
    {
        if (address.IsAbandoned) return;
        renewer.Withdraw(address.Owner.Lease);
        address.IsAbandoned = true;
        address.Owner.RebuildRequests();
        _ = Ensure(address.Owner, now);
    }

    /// <summary>The renewal of its addresses has failed: they are put up anew, and if that fails too it is told.</summary>
    public void OnRenewalFailed(HostedInstance instance, long now)
    {
        if (!instance.IsHeld || instance.GateEnds != long.MaxValue) return;
        instance.PutBackAt = Math.Min(instance.PutBackAt, Math.Max(now, instance.LastPutBack + PutBackInterval));
        Expect(instance);
    }

    private void AddAddresses(HostedInstance instance, long now)
    {
        bool wasHeld = instance.IsHeld;
        instance.IsHeld = true;
        if (Array.Exists(instance.Addresses, static a => a.IsAbandoned))
        {
            foreach (HostedAddress address in instance.Addresses) address.IsAbandoned = false;
            instance.RebuildRequests();
        }

        // Only at a takeover: those that stand already (a reload has changed the list) serve, and must not be forgotten while the others wait.
        if (!wasHeld && instance.IsGated && options.Gate is { } gate && !gate.Prepare(instance.Name))
        {
            instance.GateEnds = now + GatePatience;
            Expect(instance);
            return;
        }

        if (instance.GateEnds != long.MaxValue) return;
        PutUp(instance, now);
        instance.HasNewsOfSetting = true;
    }

    private void PutUp(HostedInstance instance, long now)
    {
        bool any = Ensure(instance, now);
        instance.LeftoversUntil = long.MaxValue;
        foreach (HostedAddress address in instance.Requested) address.IsLeftover = false;
        if (instance.IsParked) Unpark(instance);
        if (any) sink.AddressesAdded(instance.Name);
    }

    /// <summary>Adds or renews all addresses of an instance. False: none could be.</summary>
    private bool Ensure(HostedInstance instance, long now)
    {
        DecidePrefixes(instance);
        if (removals.Count > 0) ForgetRemovals(instance);
        AddressRequest[] requests = instance.Requests;
        int failed = 0, firstErrno = 0;
        for (int from = 0; from < requests.Length; from += Together)
        {
            if (from > 0) Breathe();
            int count = Math.Min(Together, requests.Length - from);
            Span<int> results = errnos.AsSpan(0, count);
            if (kernel.Replace(requests.AsSpan(from, count), results) == 0) results.Clear();
            for (int i = 0; i < count; i++)
            {
                if (results[i] != 0 && failed++ == 0) firstErrno = results[i];
                NoteResult(instance.Requested[from + i], results[i]);
            }
        }

        Renew(instance, failed, now);
        instance.Failures = failed == 0 ? 0 : instance.Failures + 1;
        instance.PutBackAt = failed == 0 ? long.MaxValue : now + Backoff.Usual(instance.Failures);
        NeedsVerification = true;
        foreach (HostedAddress address in instance.Requested) address.Carrier.NeedsVerification = true;
        Expect(instance);
        if (failed < requests.Length || requests.Length == 0) return true;
        if (Array.Exists(instance.Requested, static a => !a.IsUntracked)) Refuse(instance, firstErrno, now);
        return false;
    }

    /// <summary>Whether there are interfaces whose addresses are to be read back; whoever does that resets it.</summary>
    public bool NeedsVerification { get; set; }

    private void NoteResult(HostedAddress address, int errno)
    {
        if (errno != 0 && errno != address.Error) RaiseAbout(VrrpHostEventCode.AddressFailed, address, errno);
        address.Error = errno;
        address.MayStand |= errno == 0 || kernel.LastFailed;
    }

    private void PutBack(HostedInstance instance, long now)
    {
        instance.LastPutBack = now;
        if (!Ensure(instance, now)) return;
        foreach (HostedAddress address in instance.Requested)
        {
            if (!address.IsLost || address.Error != 0) continue;
            address.IsLost = false;
            TellLoss(address, now);
        }

        Announce(instance, 1, GarpBurst.OnDemand);
    }
}
