using System.Net;
using System.Text;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of static addresses, of all addresses' options, and of track groups.</summary>
internal static class NetworkRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        HashSet<string> groups = TrackGroups(findings, configuration);
        var addresses = new Dictionary<(IPAddress, string?), int>();
        for (int i = 0; i < configuration.StaticAddresses.Count; i++)
        {
            VirtualAddress address = configuration.StaticAddresses[i];
            var path = new ModelPath("staticAddresses", i);
            CheckStatic(findings, path, address);
            if (!addresses.TryAdd((address.Address, address.Device), i))
                findings.Warning("DuplicateAddress", path, $"{address}", $"`{address.Address}` is a static address of {address.Device} already.",
                    new ModelPath("staticAddresses", addresses[(address.Address, address.Device)]));
            CheckOptions(findings, path, address);
            Group(findings, path, address.TrackGroup, groups);
        }

        var routes = new TwinRoutes(findings);
        for (int i = 0; i < configuration.StaticRoutes.Count; i++)
        {
            routes.Check(new ModelPath("staticRoutes", i), configuration.StaticRoutes[i], null);
            RouteRules.Check(findings, new ModelPath("staticRoutes", i), configuration.StaticRoutes[i]);
            Group(findings, new ModelPath("staticRoutes", i), configuration.StaticRoutes[i].TrackGroup, groups);
        }

        var rules = new TwinPolicies(findings);
        for (int i = 0; i < configuration.StaticRules.Count; i++)
        {
            rules.Check(new ModelPath("staticRules", i), configuration.StaticRules[i], null);
            PolicyRules.Check(findings, new ModelPath("staticRules", i), configuration.StaticRules[i]);
            Group(findings, new ModelPath("staticRules", i), configuration.StaticRules[i].TrackGroup, groups);
        }

        for (int i = 0; i < configuration.VrrpInstances.Count; i++) CheckInstance(findings, new ModelPath("vrrpInstances", i), configuration.VrrpInstances[i], routes, rules);
    }

    private static void CheckInstance(RuleFindings findings, ModelPath path, VrrpInstance instance, TwinRoutes routes, TwinPolicies rules)
    {
        for (int i = 0; i < instance.VirtualAddresses.Count; i++)
            CheckFollowing(findings, path.Element("virtualAddresses", i), instance.VirtualAddresses[i]);
        for (int i = 0; i < instance.ExcludedAddresses.Count; i++)
            CheckFollowing(findings, path.Element("excludedAddresses", i), instance.ExcludedAddresses[i]);
        for (int i = 0; i < instance.VirtualRoutes.Count; i++)
        {
            routes.Check(path.Element("virtualRoutes", i), instance.VirtualRoutes[i], instance);
            RouteRules.Check(findings, path.Element("virtualRoutes", i), instance.VirtualRoutes[i]);
            NoGroup(findings, path.Element("virtualRoutes", i), instance.VirtualRoutes[i].TrackGroup);
        }

        for (int i = 0; i < instance.VirtualRules.Count; i++)
        {
            rules.Check(path.Element("virtualRules", i), instance.VirtualRules[i], instance);
            PolicyRules.Check(findings, path.Element("virtualRules", i), instance.VirtualRules[i]);
            NoGroup(findings, path.Element("virtualRules", i), instance.VirtualRules[i].TrackGroup);
        }
    }

    private static void CheckFollowing(RuleFindings findings, ModelPath path, VirtualAddress address)
    {
        CheckOptions(findings, path, address);
        NoGroup(findings, path, address.TrackGroup);
    }

    private static void CheckStatic(RuleFindings findings, ModelPath path, VirtualAddress address)
    {
        int most = Networks.HostPrefix(address.Address);
        bool isJoined = (address.Options & AddressOptions.AutoJoin) != 0 && Networks.IsMulticast(address.Address);
        if (!isJoined && !Networks.IsPossibleHost(address.Address))
            findings.Error("InvalidAddress", path, $"{address}",
                $"`{address.Address}` can be no host's address{(Networks.IsMulticast(address.Address) ? "; a group is joined with `autojoin`" : "")}.");
        CommonRules.Range(findings, path.Key("prefixLength"), address.PrefixLength, 0, most, "prefix length");
        if (address.Device is null) findings.Error("MissingValue", path, $"{address}", "A static address needs a device.");
        else CommonRules.Interface(findings, path.Key("device"), address.Device);
        if (address.UseVirtualMac)
            findings.Error("Contradiction", path.Key("useVirtualMac"), null, "A static address follows no instance, and so has no virtual MAC address.");
        if (address.Label is { } label && (most == 128 || Encoding.UTF8.GetByteCount(label) is 0 or > 15))
            findings.Error("InvalidLabel", path.Key("label"), label, $"`{label}` is no label: an IPv4 address may have one of 1 to 15 characters.");
        if (address.Broadcast is { } broadcast && (most == 128 || Networks.FamilyOf(broadcast) == 6))
            findings.Error("InvalidAddress", path.Key("broadcast"), $"{broadcast}", "A broadcast address is of IPv4, and of an IPv4 address.");
    }

    private static void CheckOptions(RuleFindings findings, ModelPath path, VirtualAddress address)
    {
        bool six = Networks.FamilyOf(address.Address) == 6;
        if (address.Peer is { } peer && Networks.FamilyOf(peer) != Networks.FamilyOf(address.Address))
            findings.Error("MixedFamilies", path.Key("peer"), $"{peer}", $"`{peer}` is not of the family of `{address.Address}`.");
        if (address.Peer is not null && address.Broadcast is not null)
            findings.Error("Contradiction", path.Key("broadcast"), $"{address.Broadcast}", "An address with a peer has no broadcast address.");
        const AddressOptions ofIpv6 = AddressOptions.DetectDuplicates | AddressOptions.Home | AddressOptions.ManageTemporary;
        if (!six && (address.Options & ofIpv6) != 0)
            findings.Warning("Ignored", path.Key("options"), $"{address.Options & ofIpv6}", "These options are of IPv6 addresses: the kernel ignores them.");
        if (!six && address.Preferred is not null)
            findings.Warning("Ignored", path.Key("preferred"), null, "Whether an address is preferred is of IPv6: keepalived ignores it, and so do we.");
        if (six && (address.Options & AddressOptions.ManageTemporary) != 0 && address.PrefixLength != 64)
            findings.Error("ValueOutOfRange", path.Key("options"), $"/{address.PrefixLength}", "Temporary addresses are made from a /64 only (`mngtmpaddr`).");
        if ((address.Options & AddressOptions.AutoJoin) != 0 && !IsMulticast(address.Address))
            findings.Error("InvalidAddress", path.Key("options"), $"{address}", $"`{address.Address}` is no multicast address, which can be joined (`autojoin`).");
    }

    private static bool IsMulticast(IPAddress address) =>
        address.IsIPv6Multicast || (Networks.FamilyOf(address) == 4 && address.GetAddressBytes()[0] is >= 224 and < 240);

    private static HashSet<string> TrackGroups(RuleFindings findings, HaConfiguration configuration)
    {
        var instances = configuration.VrrpInstances.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < configuration.TrackGroups.Count; i++)
        {
            StaticTrackGroup group = configuration.TrackGroups[i];
            var path = new ModelPath("trackGroups", i);
            CommonRules.Name(findings, path, group.Name, "track group's name");
            if (!names.Add(group.Name)) findings.Error("DuplicateName", path, group.Name, $"There is a track group `{group.Name}` already.");
            for (int j = 0; j < group.Instances.Count; j++)
            {
                if (!instances.Contains(group.Instances[j]))
                    findings.Warning("UnknownInstance", path.Element("instances", j), group.Instances[j],
                        $"There is no VRRP instance `{group.Instances[j]}`: keepalived ignores the name, and so do we."
                        + Suggestion.Sentence(group.Instances[j], instances));
            }
        }

        return names;
    }

    private static void Group(RuleFindings findings, ModelPath path, string? group, HashSet<string> groups)
    {
        if (group is not null && !groups.Contains(group))
            findings.Error("UnknownGroup", path.Key("trackGroup"), group, $"There is no track group `{group}`.{Suggestion.Sentence(group, groups)}");
    }

    private static void NoGroup(RuleFindings findings, ModelPath path, string? group)
    {
        if (group is not null)
            findings.Error("Contradiction", path.Key("trackGroup"), group, "Only what is static has a track group; what follows an instance is its own.");
    }
}
