using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>The virtual addresses: added, renewed, put back, removed, parked.</summary>
internal sealed partial class RouterEffects
{
    /// <summary>How long the addresses of a gated instance wait for the data plane: 1 s.</summary>
    private const long GatePatience = 1_000_000_000;

    /// <summary>An address that somebody keeps removing is put back at once the first time, and then five times a second.</summary>
    private const long PutBackInterval = 200_000_000;

    /// <summary>An address that cannot be added is tried again after a second.</summary>
    private const long RetryInterval = 1_000_000_000;

    /// <summary>Renewals in one go, between looks at the sockets and timers.</summary>
    private const int RenewalBatch = 16;

    private int[] errnos = new int[64];

    /// <summary>Notes a deadline of an instance that was just set.</summary>
    public void Expect(HostedInstance instance) => NextDeadline = Math.Min(NextDeadline, instance.NextDeadline);

    /// <summary>Does what is due of renewals, retries and waiting; a small piece of it at a time.</summary>
    public void Housekeeping(long now)
    {
        bool renewed = false;
        long next = long.MaxValue;
        for (int i = 0; i < Instances.Length; i++)
        {
            HostedInstance instance = Instances[i];
            if (instance.NextDeadline <= now)
            {
                if (instance.LeftoversUntil <= now) RemoveLeftovers(instance);
                if (instance.GateEnds <= now)
                {
                    sink.Raise(new VrrpHostEvent(VrrpHostEventCode.GateTimedOut, instance.Name));
                    OpenGate(instance, now);
                }

                if (instance.PutBackAt <= now) PutBack(instance, now);
                if (instance.RenewAt <= now && !renewed)
                {
                    // One batch for all instances: what is left comes after the next look at the sockets and the router's timers.
                    renewed = true;
                    Renew(instance, now);
                }
            }

            next = Math.Min(next, instance.NextDeadline);
        }

        NextDeadline = next;
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
        SendGratuitousArps(instance, instance.GarpsWaiting);
        instance.GarpsWaiting = 0;
        TellGratuitousArps(instance);
    }

    /// <summary>An address of an instance that is held has gone from its interface, and not by us.</summary>
    public void OnAddressLost(HostedInstance instance, HostedAddress address, long now)
    {
        if (!instance.IsHeld || instance.GateEnds != long.MaxValue || address.BelongsToHost) return;
        RaiseAbout(VrrpHostEventCode.AddressPutBack, instance, address);
        instance.PutBackAt = Math.Max(now, instance.LastPutBack + PutBackInterval);
        if (instance.PutBackAt <= now) PutBack(instance, now);
        Expect(instance);
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
            _ = routes.DeleteAddress(address.Request(null));
            RaiseAbout(VrrpHostEventCode.AddressAdopted, instance, address);
        }

        sink.AddressesRemoved(instance.Name);
    }

    /// <summary>Puts the addresses on lo, for a node that is a real server while it is not master.</summary>
    public void Park(HostedInstance instance)
    {
        foreach (HostedAddress address in instance.Addresses)
        {
            if (address.ParkedByOthers) continue;
            AddressRequest request = address.ParkingRequest();
            Span<int> errno = [0];
            if (routes.ReplaceAddresses(new ReadOnlySpan<AddressRequest>(in request), errno) != 0)
                TellAddressFailed(instance, address, errno[0], "lo");
        }
    }

    /// <summary>Takes the addresses off lo again, those that others have put there excepted.</summary>
    public void Unpark(HostedInstance instance)
    {
        foreach (HostedAddress address in instance.Addresses)
        {
            if (!address.ParkedByOthers) _ = routes.DeleteAddress(address.ParkingRequest());
        }
    }

    /// <summary>Removes addresses that the configuration does not name any more.</summary>
    public void Drop(HostedInstance instance, IEnumerable<HostedAddress> addresses)
    {
        foreach (HostedAddress address in addresses)
        {
            if (instance.IsParked && !address.ParkedByOthers) _ = routes.DeleteAddress(address.ParkingRequest());
            if (!address.BelongsToHost && (instance.IsHeld || address.IsLeftover)) _ = routes.DeleteAddress(address.Request(null));
        }
    }

    private void AddAddresses(HostedInstance instance, long now)
    {
        instance.IsHeld = true;
        if (instance.IsGated && options.Gate is { } gate && instance.GateEnds == long.MaxValue && !gate.Prepare(instance.Name))
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
        int failed = Replace(instance, 0, instance.Requests.Length);
        instance.RenewedUpTo = 0;
        instance.RenewAt = instance.Lifetime is null ? long.MaxValue : now + instance.RenewalInterval;
        instance.PutBackAt = failed == 0 ? long.MaxValue : now + RetryInterval;
        foreach (HostedAddress address in instance.Requested) address.Carrier.NeedsVerification = true;
        Expect(instance);
        return failed < instance.Requests.Length || instance.Requests.Length == 0;
    }

    private void PutBack(HostedInstance instance, long now)
    {
        instance.LastPutBack = now;
        Ensure(instance, now);
        foreach (HostedAddress address in instance.Addresses) SendGratuitousArp(address);
    }

    private void Renew(HostedInstance instance, long now)
    {
        int from = instance.RenewedUpTo;
        int count = Math.Min(RenewalBatch, instance.Requests.Length - from);
        Replace(instance, from, count);
        instance.RenewedUpTo = from + count;
        if (instance.RenewedUpTo < instance.Requests.Length) return;
        instance.RenewedUpTo = 0;
        instance.RenewAt = instance.Lifetime is null ? long.MaxValue : now + instance.RenewalInterval;
    }

    private int Replace(HostedInstance instance, int from, int count)
    {
        if (count == 0) return 0;
        if (errnos.Length < count) errnos = new int[count];
        Span<int> results = errnos.AsSpan(0, count);
        int failed = routes.ReplaceAddresses(instance.Requests.AsSpan(from, count), results);
        for (int i = 0; i < count; i++)
        {
            HostedAddress address = instance.Requested[from + i];
            if (results[i] != 0 && results[i] != address.Error) TellAddressFailed(instance, address, results[i], address.Carrier.Name);
            address.Error = results[i];
        }

        return failed;
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
        instance.RenewAt = long.MaxValue;
        instance.PutBackAt = long.MaxValue;
        bool waited = instance.GateEnds != long.MaxValue;
        instance.GateEnds = long.MaxValue;
        instance.GarpsWaiting = 0;
        if (instance.IsParked && !IsStopping) Park(instance);
        if (!waited || instance.HasLeftovers)
        {
            if (errnos.Length < instance.Requests.Length) errnos = new int[instance.Requests.Length];
            Span<int> results = errnos.AsSpan(0, instance.Requests.Length);
            if (routes.DeleteAddresses(instance.Requests, results) != 0)
            {
                for (int i = 0; i < results.Length; i++)
                {
                    HostedAddress address = instance.Requested[i];
                    if (results[i] is not (0 or Errno.ENODEV)) TellAddressFailed(instance, address, results[i], address.Carrier.Name);
                }
            }
        }

        instance.LeftoversUntil = long.MaxValue;
        foreach (HostedAddress address in instance.Requested) (address.IsLeftover, address.Error) = (false, 0);
        RestoreNeighbours(instance, now);
        instance.HasNewsOfRemoving = true;
        sink.AddressesRemoved(instance.Name);
    }

    /// <summary>
    /// Puts back what other instances lost with the addresses that went: an address that two instances have (of which the configuration
    /// warns), and where the kernel does not promote, the others of a subnet whose first address went.
    /// </summary>
    private void RestoreNeighbours(HostedInstance gone, long now)
    {
        foreach (HostedInstance other in Instances)
        {
            if (other == gone || !other.IsHeld || other.GateEnds != long.MaxValue) continue;
            foreach (HostedAddress address in other.Requested)
            {
                if ((address.Carrier.Promotes || address.PrefixLength == 32) && !gone.Has(address)) continue;
                Ensure(other, now);
                break;
            }
        }
    }

    private void TellAddressFailed(HostedInstance instance, HostedAddress address, int errno, string interfaceName) =>
        sink.Raise(new VrrpHostEvent(VrrpHostEventCode.AddressFailed, instance.Name)
        {
            First = errno,
            Address = address.Number,
            Name = interfaceName,
        });
}
