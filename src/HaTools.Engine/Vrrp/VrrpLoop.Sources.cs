using System.Net;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>What adverts are sent from: an address of the interface, or a configured one, which stands anywhere on the host.</summary>
internal sealed partial class VrrpLoop
{
    /// <summary>Whether each of the configured sources of adverts stands on the host.</summary>
    private readonly Dictionary<(AddressBits Number, int Family), bool> watchedSources = [];
    private bool sourcesChanged;
    private int sourceFailures;

    /// <summary>When the configured sources are looked for again, because they could not be; long.MaxValue: they could.</summary>
    private long lookForSourcesAt = long.MaxValue;

    /// <summary>
    /// The interface's first primary address that is none of our virtual ones: another router would take an advert from a virtual address
    /// for its own. Global
    /// addresses first. A secondary one serves where a virtual address has become the primary of its subnet, because the host's primary was
    /// removed. The address owner's virtual address is the host's own, and serves where there is no other.
    /// </summary>
    private void FindSourceAddress(HostedInterface carrier, long now)
    {
        if (carrier.Index == 0 || !carrier.IsSource)
        {
            carrier.SourceAddress4 = carrier.SourceAddress6 = 0;
            return;
        }

        // Where they cannot be read the address that was there goes on serving.
        if (kernel.Read(carrier.Index) is not { } present)
        {
            effects.LookAgain(carrier, now);
            return;
        }

        carrier.KnowsSource = true;
        carrier.SourceAddress4 = First(4, a => !a.IsSecondary && a.Scope == RouteScope.Global && !IsVirtual(a))
            ?? First(4, a => !a.IsSecondary && a.Scope != RouteScope.Host && !IsVirtual(a))
            ?? First(4, a => a.Scope != RouteScope.Host && !IsVirtual(a))
            ?? First(4, a => IsOwned(carrier, a))
            ?? 0;

        // RFC 9568 section 5.1.2.1: the link-local address. While the kernel does not know yet whether it is another host's too, nothing can be sent.
        carrier.SourceAddress6 = First(6, a => a.Scope == RouteScope.Link && IsUsable(a) && !IsVirtual(a))
            ?? First(6, a => a.Scope == RouteScope.Link && IsUsable(a) && IsOwned(carrier, a))
            ?? 0;

        AddressBits? First(int family, Func<AddressInfo, bool> condition) =>
            present.FirstOrDefault(a => WireAddress.FamilyOf(a.Address) == family && condition(a)) is { } found ? WireAddress.Of(found.Address) : null;
    }

    private static bool IsUsable(AddressInfo address) => (address.Flags & (AddressFlags.Tentative | AddressFlags.DadFailed)) == 0;

    /// <summary>The configured sources of adverts, on whatever interface they stand.</summary>
    private void WatchSources(HostPlan adopted, long now)
    {
        HashSet<(AddressBits, int)> wanted = [];
        foreach (HostedInstance instance in adopted.Instances)
        {
            if (instance.ConfiguredSource != 0) wanted.Add((instance.ConfiguredSource, instance.Family));
        }

        foreach ((AddressBits, int) former in watchedSources.Keys)
        {
            if (!wanted.Contains(former)) watchedSources.Remove(former);
        }

        foreach ((AddressBits, int) source in wanted) watchedSources.TryAdd(source, false);
        ReadSources(now);
    }

    // Where they cannot be read, what was known goes on holding until they can.
    private void ReadSources(long now)
    {
        sourcesChanged = false;
        lookForSourcesAt = long.MaxValue;
        if (watchedSources.Count == 0) return;
        if (kernel.Read(null) is not { } present)
        {
            lookForSourcesAt = now + Backoff.Usual(++sourceFailures);
            return;
        }

        sourceFailures = 0;
        foreach ((AddressBits, int) source in watchedSources.Keys) watchedSources[source] = false;
        foreach (AddressInfo address in present)
        {
            (AddressBits, int) key = (WireAddress.Of(address.Address), WireAddress.FamilyOf(address.Address));
            if (watchedSources.ContainsKey(key) && IsUsable(address)) watchedSources[key] = true;
        }
    }

    // Its own adverts come back to the router, which takes no notice of them: with no other peer it is alone, and master for ever.
    private void TellOwnPeers()
    {
        foreach ((string instance, IPAddress peer) in plan.OwnPeers)
        {
            sink.Raise(new VrrpHostEvent(VrrpHostEventCode.PeerIsThisHost, instance)
            {
                Address = WireAddress.Of(peer),
                Family = WireAddress.FamilyOf(peer),
            });
        }
    }

    private void LookForSources(long now)
    {
        ReadSources(now);
        for (int i = 0; i < plan.Instances.Length; i++)
        {
            if (plan.Instances[i].ConfiguredSource != 0) TellInterface(i, now);
        }

        effects.Execute(actions, now);
    }
}
