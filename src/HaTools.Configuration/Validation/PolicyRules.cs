using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of the rules of policy routing.</summary>
internal static class PolicyRules
{
    public static void Check(RuleFindings findings, ModelPath path, RuleEntry rule)
    {
        if (rule.Family is not (4 or 6))
        {
            findings.Error("ValueOutOfRange", path.Key("family"), $"{rule.Family}", $"{rule.Family} is no family: 4 or 6.");
            return;
        }

        if (rule.Preference is null)
            findings.Error("MissingValue", path, $"{rule}", "A rule needs a preference: the order of rules is what they are about.");
        Same("from", rule.From?.BaseAddress);
        Same("to", rule.To?.BaseAddress);
        if (rule.Realms is not null && rule.Family == 6) findings.Error("MixedFamilies", path.Key("realms"), null, "`realms` is of IPv4 rules.");
        if (rule.InputInterface is { } input) CommonRules.Interface(findings, path.Key("inputInterface"), input);
        if (rule.OutputInterface is { } output) CommonRules.Interface(findings, path.Key("outputInterface"), output);
        CommonRules.Range(findings, path.Key("tos"), rule.Tos, ModelRanges.LeastByte, ModelRanges.MostByte, "type of service");
        if (rule.IpProtocol is { } protocol) CommonRules.Range(findings, path.Key("ipProtocol"), protocol, ModelRanges.LeastByte, ModelRanges.MostByte, "IP protocol");
        CheckRange(findings, path.Key("users"), rule.Users, uint.MaxValue - 1);
        CheckRange(findings, path.Key("sourcePorts"), rule.SourcePorts, 65534);
        CheckRange(findings, path.Key("destinationPorts"), rule.DestinationPorts, 65534);
        if (rule.MarkMask is not null && rule.Mark is null)
            findings.Error("MissingValue", path.Key("markMask"), $"{rule.MarkMask}", "A mask needs a mark.");
        RouteRules.CheckProtocol(findings, path, rule.Protocol, rule.NoTrack, "rule");
        CheckAction(findings, path, rule);

        void Same(string key, IPAddress? address)
        {
            if (address is not null && Networks.FamilyOf(address) != rule.Family)
                findings.Error("MixedFamilies", path.Key(key), $"{address}", $"`{address}` is not of IPv{rule.Family}, as the rule is.");
        }
    }

    private static void CheckAction(RuleFindings findings, ModelPath path, RuleEntry rule)
    {
        bool looks = rule.Action == RuleAction.Table;
        if (looks && rule.Table is null && !rule.L3MasterDevice)
            findings.Error("MissingValue", path, $"{rule}", "A rule needs a table, the table of the VRF (l3MasterDevice), or another action.");
        if (rule.Table == 0) findings.Error("ValueOutOfRange", path.Key("table"), "0", "There is no table 0.");
        if (rule.Table is not null && (!looks || rule.L3MasterDevice))
            findings.Error("Contradiction", path.Key("table"), $"{rule.Table}", "A rule has one action: a table, that of the VRF, or another.");
        if (!looks && rule.L3MasterDevice)
            findings.Error("Contradiction", path.Key("l3MasterDevice"), null, "A rule has one action: a table, that of the VRF, or another.");
        if (!looks && (rule.Realms is not null || rule.SuppressPrefixLength is not null || rule.SuppressInterfaceGroup is not null))
            findings.Error("Contradiction", path, $"{rule}", "Realms and what suppresses routes are of rules that look into a table.");
        if (rule.SuppressPrefixLength is < 0)
            findings.Error("ValueOutOfRange", path.Key("suppressPrefixLength"), $"{rule.SuppressPrefixLength}", "A prefix length is from 0.");
        if (rule.Action == RuleAction.Goto && rule.Target is null)
            findings.Error("MissingValue", path.Key("target"), null, "`goto` needs the preference of the rule to go on with.");
        if (rule.Target is { } target && rule.Action != RuleAction.Goto)
            findings.Error("Contradiction", path.Key("target"), $"{target}", "Only `goto` has a rule to go on with.");
        if (rule.Action == RuleAction.Goto && rule.Target <= rule.Preference)
            findings.Error("ValueOutOfRange", path.Key("target"), $"{rule.Target}", $"`goto` goes on with a later rule: more than {rule.Preference}.");
    }

    // The kernel takes 0 and the largest number for "none".
    private static void CheckRange(RuleFindings findings, ModelPath path, NumberRange? range, uint most)
    {
        if (range is not { } r) return;
        uint least = most == uint.MaxValue - 1 ? 0u : 1;
        if (r.First > r.Last || r.Last > most || r.First < least)
            findings.Error("ValueOutOfRange", path, $"{r}", $"`{r}` is no range: from {least} to {most}, the first not above the last.");
    }
}
