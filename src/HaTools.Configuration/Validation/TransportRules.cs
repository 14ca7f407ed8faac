using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of how adverts travel.</summary>
internal static class TransportRules
{
    public static void Check(RuleFindings findings, ModelPath path, VrrpInstance instance)
    {
        bool unicast = instance.UnicastPeers.Count > 0;
        if (instance.SourceAddress is { } source) CheckSource(findings, path.Key("sourceAddress"), instance, source);
        else if (instance.TrackSourceAddress) ElectionRules.NoEffect(findings, path, "trackSourceAddress", "there is no `sourceAddress`");
        if (instance.MulticastGroup is { } group) CheckGroup(findings, path.Key("multicastGroup"), instance, group, unicast);
        CheckPeers(findings, path, instance);
        if (instance.UnicastTtl is { } ttl)
        {
            CommonRules.Range(findings, path.Key("unicastTtl"), ttl, ModelRanges.LeastByte, ModelRanges.MostByte, "TTL");
            if (!unicast) ElectionRules.NoEffect(findings, path, "unicastTtl", "there are no `unicastPeers`");
        }
        if (instance.CheckUnicastSource && !unicast) ElectionRules.NoEffect(findings, path, "checkUnicastSource", "there are no `unicastPeers`");
        if (instance.UnicastFaultNoPeer && !unicast)
            findings.Warning("UnicastWithoutPeers", path.Key("unicastFaultNoPeer"), null,
                $"`{instance.Name}` has no unicast peers: it stays in FAULT, as asked for.");
        if (instance.Vrf is { } vrf) VrfRules.Check(findings, path, instance, vrf);
    }

    private static void CheckSource(RuleFindings findings, ModelPath path, VrrpInstance instance, IPAddress source)
    {
        Family(findings, path, instance, source);
        if (!Networks.IsPossibleHost(source))
            findings.Error("InvalidAddress", path, $"{source}", $"`{source}` can be no host's address: nothing is sent from it.");
        // The address owner (255) has the virtual address as its own.
        else if (instance.Priority != 255 && IsVirtual(instance, source))
            findings.Error("SourceIsVirtual", path, $"{source}",
                $"`{source}` is a virtual address of `{instance.Name}`, which a backup does not have: adverts have an address of the host for a source.");
    }

    private static bool IsVirtual(VrrpInstance instance, IPAddress address) =>
        instance.VirtualAddresses.Any(a => a.Address.Equals(address)) || instance.ExcludedAddresses.Any(a => a.Address.Equals(address));

    private static void CheckGroup(RuleFindings findings, ModelPath path, VrrpInstance instance, IPAddress group, bool unicast)
    {
        Family(findings, path, instance, group);
        if (!Networks.IsAdvertGroup(group))
            findings.Error("NoMulticastGroup", path, $"{group}",
                $"`{group}` is no{(Networks.FamilyOf(group) == 6 ? " link-local" : "")} multicast address.");
        if (unicast) findings.Warning("NoEffect", path, $"{group}", "`multicastGroup` has no effect: adverts go to the unicast peers alone.");
    }

    private static void CheckPeers(RuleFindings findings, ModelPath path, VrrpInstance instance)
    {
        var known = new HashSet<IPAddress>();
        for (int i = 0; i < instance.UnicastPeers.Count; i++)
        {
            UnicastPeer peer = instance.UnicastPeers[i];
            ModelPath place = path.Element("unicastPeers", i);
            CheckPeer(findings, place, instance, peer.Address);
            if (!known.Add(peer.Address)) findings.Error("DuplicateAddress", place, $"{peer.Address}", $"`{peer.Address}` is a peer already.");
            if (peer.MinimumTtl is { } least) CommonRules.Range(findings, place.Key("minimumTtl"), least, ModelRanges.LeastByte, ModelRanges.MostByte, "TTL");
            if (peer.MaximumTtl is { } most) CommonRules.Range(findings, place.Key("maximumTtl"), most, ModelRanges.LeastByte, ModelRanges.MostByte, "TTL");
            if (peer.MinimumTtl > peer.MaximumTtl)
                findings.Warning("EmptyRange", place, $"{peer}", $"No TTL is from {peer.MinimumTtl} to {peer.MaximumTtl}: every advert of {peer.Address} is thrown away.");
        }
    }

    private static void CheckPeer(RuleFindings findings, ModelPath path, VrrpInstance instance, IPAddress peer)
    {
        Family(findings, path, instance, peer);
        if (!Networks.IsPossibleHost(peer))
            findings.Error("InvalidAddress", path, $"{peer}", $"`{peer}` can be no host's address: a unicast peer is one other router.");
        else if (peer.Equals(instance.SourceAddress))
            findings.Error("PeerIsSelf", path, $"{peer}", $"`{peer}` is the source of this router's own adverts: a peer is another router.");
        else if (IsVirtual(instance, peer))
            findings.Error("PeerIsVirtual", path, $"{peer}",
                $"`{peer}` is a virtual address of `{instance.Name}`: the master would send to itself. A peer is named by an address of its own.");
    }

    private static void Family(RuleFindings findings, ModelPath path, VrrpInstance instance, IPAddress address)
    {
        if (Networks.FamilyOf(address) != instance.AddressFamily)
            findings.Error("AddressFamilyMismatch", path, $"{address}", $"`{instance.Name}` speaks IPv{instance.AddressFamily}: `{address}` is none.");
    }
}
