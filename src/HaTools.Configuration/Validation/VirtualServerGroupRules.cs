using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of groups of addresses and firewall marks that services serve alike. What a group is with a service that names it, <see cref="VirtualServerRules"/> looks at.</summary>
internal static class VirtualServerGroupRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < configuration.VirtualServerGroups.Count; i++)
        {
            VirtualServerGroup group = configuration.VirtualServerGroups[i];
            var path = new ModelPath("virtualServerGroups", i);
            if (group.Name.Length == 0 || group.Name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
                findings.Error("InvalidName", path.Key("name"), group.Name, "A group of virtual servers has a name without blanks: it stands in messages, and in what is told to FIFOs.");
            if (!names.Add(group.Name)) findings.Error("DuplicateName", path, group.Name, $"There is a group of virtual servers `{group.Name}` already.");
            CheckMembers(findings, path, group);
        }
    }

    private static void CheckMembers(RuleFindings findings, ModelPath path, VirtualServerGroup group)
    {
        if (group.Members.Count == 0)
        {
            findings.Error("EmptyGroup", path, group.Name, $"The group of virtual servers `{group.Name}` has no address and no mark: there is nothing to serve.");
            return;
        }

        for (int i = 0; i < group.Members.Count; i++) CheckMember(findings, path with { List = "members", Item = i }, group.Members[i]);
        if (!group.Members.All(ServicePlaces.IsRange)) return;
        if (!ServicePlaces.IsSound(group))
        {
            findings.Error("RangeTooLarge", path, group.Name,
                $"The group of virtual servers `{group.Name}` would be more than {ServicePlaces.MostOfGroup} services of IPVS. Have the firewall put one mark on all packets, and serve that (`fwmark`).");
        }

        CheckFamilies(findings, path, group);
    }

    private static void CheckMember(RuleFindings findings, ModelPath path, VirtualServerGroupMember member)
    {
        if (member.Family is { } family and not (4 or 6)) findings.Error("ValueOutOfRange", path.Key("family"), $"{family}", $"{family} is no family: 4 or 6.");
        if (member.FirewallMark is { } mark)
        {
            if (mark == 0) findings.Error("ValueOutOfRange", path.Key("firewallMark"), "0", "0 is no firewall mark: it is what packets without one have.");
            if (member.Address is not null || member.LastAddress is not null || member.Port != 0)
                findings.Error("Contradiction", path, $"{member}", "A member of a group has an address and a port, or a firewall mark.");
            return;
        }

        if (member.Address is not { } address)
        {
            findings.Error("MissingValue", path, null, "A member of a group needs an address, or a firewall mark.");
            return;
        }

        CommonRules.Range(findings, path.Key("port"), member.Port, 0, 65535, "port");
        if (member.Family is 4 or 6 && member.Family != Networks.FamilyOf(address))
            findings.Error("AddressFamilyMismatch", path.Key("family"), $"{member.Family}", $"`{address}` is not of IPv{member.Family}.");
        if (member.LastAddress is not { } last) return;
        if (Networks.FamilyOf(last) != Networks.FamilyOf(address))
            findings.Error("AddressFamilyMismatch", path.Key("lastAddress"), $"{last}", $"The range begins with {address} and ends with {last}: that is another family.");
        else if (!ServicePlaces.IsRange(member)) findings.Error("InvalidRange", path.Key("lastAddress"), $"{last}", $"The range begins with {address} and ends with {last}, which is before it.");
    }

    // keepalived: "cannot have IPv4, IPv6 and fwmark without family".
    private static void CheckFamilies(RuleFindings findings, ModelPath path, VirtualServerGroup group)
    {
        int[] families = [.. group.Members.Select(m => m.Address is { } address ? Networks.FamilyOf(address) : m.Family ?? 0).Where(f => f != 0).Distinct()];
        if (families.Length < 2) return;
        for (int i = 0; i < group.Members.Count; i++)
        {
            if (group.Members[i] is { FirewallMark: { } mark, Family: null })
            {
                findings.Error("MissingValue", path with { List = "members", Item = i }, $"{mark}",
                    $"Whether the mark {mark} is IPv4's or IPv6's is not known in a group that has both: keepalived leaves the whole group out. Write inet or inet6 behind it (family: 4 or 6).");
            }
        }
    }
}
