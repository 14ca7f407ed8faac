using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>
/// The virtual addresses: removed, and parked on lo. An address that is left behind is one that two routers answer for, so that a removal which fails is
/// tried until it is done.
/// </summary>
internal sealed partial class RouterEffects
{
    /// <summary>At the end of the thread: as many more attempts, in as many pauses of <see cref="LastAttemptPause"/>.</summary>
    private const int LastAttempts = 10;
    private static readonly TimeSpan LastAttemptPause = TimeSpan.FromMilliseconds(100);

    private readonly List<Removal> removals = [];

    /// <summary>When the next removal that failed is tried again; long.MaxValue: none has.</summary>
    private long NextRemoval
    {
        get
        {
            long next = long.MaxValue;
            foreach (Removal removal in removals) next = Math.Min(next, removal.At);
            return next;
        }
    }

    /// <summary>The addresses of an instance that are still to be removed, since that has failed.</summary>
    public IEnumerable<AddressTrouble> StuckOf(HostedInstance instance) => removals.Count == 0
        ? []
        : removals.Where(r => r.Address.Owner == instance).Select(r => new AddressTrouble(r.Address, r.Where, AddressTroubleKind.Stuck, r.Errno));

    /// <summary>
    /// Has an address that a predecessor left, with what remains of its lifetime, stand for as long as it is wanted, in seconds: it would expire before this
    /// node can be master.
    /// </summary>
    public void Prolong(HostedAddress address, uint seconds)
    {
        int errno = kernel.Replace(address.Request(seconds));
        if (errno != 0) RaiseAbout(VrrpHostEventCode.AddressFailed, address, errno);
    }

    /// <summary>Takes away what a predecessor has left, where the instance is not master.</summary>
    public void RemoveLeftovers(HostedInstance instance)
    {
        if (!instance.HasLeftovers) return;
        instance.LeftoversUntil = long.MaxValue;
        if (instance.IsParked && !IsStopping) Park(instance);
        foreach (HostedAddress address in instance.Requested)
        {
            if (!address.IsLeftover) continue;
            address.IsLeftover = false;
            Remove(address);
            RaiseAbout(VrrpHostEventCode.AddressAdopted, address);
        }

        sink.AddressesRemoved(instance.Name);
    }

    /// <summary>Puts the addresses on lo, for a node that is a real server while it is not master.</summary>
    public void Park(HostedInstance instance)
    {
        foreach (HostedAddress address in instance.Addresses)
        {
            if (address.ParkedByOthers) continue;
            int errno = kernel.Replace(address.ParkingRequest());
            if (errno != 0) RaiseAbout(VrrpHostEventCode.AddressFailed, address, errno, "lo");
        }
    }

    /// <summary>Takes the addresses off lo again, those that others have put there excepted.</summary>
    public void Unpark(HostedInstance instance)
    {
        foreach (HostedAddress address in instance.Addresses)
        {
            if (!address.ParkedByOthers) Remove(address, address.ParkingRequest(), "lo");
        }
    }

    /// <summary>Removes addresses that the configuration does not name any more.</summary>
    public void Drop(HostedInstance instance, IEnumerable<HostedAddress> addresses)
    {
        renewer.Withdraw(instance.Lease);
        foreach (HostedAddress address in addresses)
        {
            if (instance.IsParked && !address.ParkedByOthers) Remove(address, address.ParkingRequest(), "lo");
            if (!address.BelongsToHost && (instance.IsHeld || address.IsLeftover)) Remove(address);
        }
    }

    /// <summary>At the end of the thread: what could not be removed is tried a few times more, and then expires by its lifetime, if it has one.</summary>
    public void RemoveAtLast()
    {
        for (int attempt = 0; attempt < LastAttempts && removals.Count > 0; attempt++)
        {
            Thread.Sleep(LastAttemptPause);
            RemoveAgain(long.MaxValue - 1);
        }
    }

    private void RemoveAddresses(HostedInstance instance, long now)
    {
        if (!instance.IsHeld)
        {
            // At the start, before anything was heard: what a predecessor has left stays while no other master shows itself, so that a
            // restart of a
            // master's engine does not take the service away. No longer than a peer could wait before it takes over.
            return;
        }

        instance.IsHeld = false;
        instance.PutBackAt = long.MaxValue;
        instance.GateEnds = long.MaxValue;
        instance.GarpsWaiting = 0;
        if (instance.IsParked && !IsStopping) Park(instance);

        // Before the first goes: a renewal on its way would bring it back.
        renewer.Withdraw(instance.Lease);
        if (instance.HasLeftovers || Array.Exists(instance.Requested, static a => a.MayStand)) RemoveAll(instance);
        instance.LeftoversUntil = long.MaxValue;
        foreach (HostedAddress address in instance.Requested) (address.IsLeftover, address.IsLost, address.Error) = (false, false, 0);
        ForgetDetections(instance);
        RestoreNeighbours(instance, now);
        instance.HasNewsOfRemoving = true;
        sink.AddressesRemoved(instance.Name);
    }

    private void RemoveAll(HostedInstance instance)
    {
        AddressRequest[] requests = instance.Requests;
        for (int from = 0; from < requests.Length; from += Together)
        {
            if (from > 0) Breathe();
            int count = Math.Min(Together, requests.Length - from);
            Span<int> results = errnos.AsSpan(0, count);
            if (kernel.Delete(requests.AsSpan(from, count), results) == 0) results.Clear();
            for (int i = 0; i < count; i++)
            {
                // One that the kernel has never let us add is not left behind when it does not let us remove it either.
                HostedAddress address = instance.Requested[from + i];
                if (results[i] != 0 && (address.MayStand || address.IsLeftover)) TryLater(address, requests[from + i], results[i]);
                address.MayStand = false;
            }
        }
    }

    /// <summary>
    /// Puts back what other instances lost with the addresses that went: an address that two instances have (of which the configuration
    /// warns), and where the kernel does not promote, the others of a subnet whose first address went.
    /// </summary>
    private void RestoreNeighbours(HostedInstance gone, long now)
    {
        if (!MayHaveNeighbours(gone)) return;
        foreach (HostedInstance other in Instances)
        {
            if (other == gone || !other.IsHeld || other.GateEnds != long.MaxValue) continue;
            foreach (HostedAddress address in other.Requested)
            {
                if ((address.Carrier.Promotes || address.PrefixLength == address.HostPrefix) && !gone.Has(address)) continue;
                Ensure(other, now);
                break;
            }
        }
    }

    private static bool MayHaveNeighbours(HostedInstance gone)
    {
        foreach (HostedAddress address in gone.Requested)
        {
            if (address.Namesake is not null || address.IsNamesake || !address.Carrier.Promotes) return true;
        }

        return false;
    }

    /// <summary>Removes one address from where it stands. Its lease is withdrawn, or was never held.</summary>
    private void Remove(HostedAddress address) => Remove(address, address.Request(null), address.Carrier.Name);

    private void Remove(HostedAddress address, in AddressRequest request, string where)
    {
        int errno = kernel.Delete(request);
        if (errno != 0) TryLater(address, request, errno, where);
    }

    private void TryLater(HostedAddress address, in AddressRequest request, int errno, string? where = null)
    {
        RaiseAbout(VrrpHostEventCode.RemovalFailed, address, errno, where);
        long at = MonotonicClock.Now + Backoff.Urgent(1);
        removals.Add(new Removal(address, request, where ?? address.Carrier.Name) { At = at, Failures = 1, Errno = errno });
        NextDeadline = Math.Min(NextDeadline, at);
    }

    private void RemoveAgain(long now)
    {
        for (int i = removals.Count - 1; i >= 0; i--)
        {
            Removal removal = removals[i];
            if (removal.At > now) continue;
            removal.Errno = kernel.Delete(removal.Request);
            if (removal.Errno == 0)
            {
                removals.RemoveAt(i);
                RaiseAbout(VrrpHostEventCode.RemovedAtLast, removal.Address, removal.Failures, removal.Where);
            }
            else
            {
                removal.At = MonotonicClock.Now + Backoff.Urgent(++removal.Failures);
            }

            Breathe();
        }
    }

    /// <summary>The addresses of an instance are wanted again: whatever was to be removed of them stays.</summary>
    private void ForgetRemovals(HostedInstance wanted)
    {
        foreach (HostedAddress address in wanted.Requested)
            _ = removals.RemoveAll(r => r.Request.Index == address.Carrier.RequestIndex && address.IsSamePlaceAs(r.Address));
    }

    /// <summary>A removal that failed, until it is done.</summary>
    private sealed class Removal(HostedAddress address, in AddressRequest request, string where)
    {
        private readonly AddressRequest request = request;

        public HostedAddress Address { get; } = address;

        public ref readonly AddressRequest Request => ref request;

        public string Where { get; } = where;

        public long At { get; set; }

        public int Failures { get; set; }

        public int Errno { get; set; }
    }
}
