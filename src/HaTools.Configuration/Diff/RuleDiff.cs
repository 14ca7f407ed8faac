namespace HaTools.Configuration;

/// <summary>Differences of one list of rules.</summary>
internal static class RuleDiff
{
    /// <summary>What a rule is called, and what makes it the same one.</summary>
    public static string Id(RuleEntry rule) => (rule.Family == 4 ? "" : $"inet{rule.Family} ") + rule;

    public static Matched<string, RuleEntry> Match(ValueList<RuleEntry> before, ValueList<RuleEntry> after) =>
        Matched<string, RuleEntry>.Match(before, after, Id);

    public static void Compare(PropertyDiff rule, RuleEntry before, RuleEntry after)
    {
        if (before == after) return;
        rule.Compare(nameof(RuleEntry.OutputInterface), before.OutputInterface, after.OutputInterface);
        rule.Compare(nameof(RuleEntry.MarkMask), before.MarkMask, after.MarkMask);
        rule.Compare(nameof(RuleEntry.Tos), before.Tos, after.Tos);
        rule.Compare(nameof(RuleEntry.TunnelId), before.TunnelId, after.TunnelId);
        rule.Compare(nameof(RuleEntry.Users), before.Users, after.Users);
        rule.Compare(nameof(RuleEntry.L3MasterDevice), before.L3MasterDevice, after.L3MasterDevice);
        rule.Compare(nameof(RuleEntry.IpProtocol), before.IpProtocol, after.IpProtocol);
        rule.Compare(nameof(RuleEntry.SourcePorts), before.SourcePorts, after.SourcePorts);
        rule.Compare(nameof(RuleEntry.DestinationPorts), before.DestinationPorts, after.DestinationPorts);
        rule.Compare(nameof(RuleEntry.Table), before.Table, after.Table);
        rule.Compare(nameof(RuleEntry.Target), before.Target, after.Target);
        rule.Compare(nameof(RuleEntry.SuppressPrefixLength), before.SuppressPrefixLength, after.SuppressPrefixLength);
        rule.Compare(nameof(RuleEntry.SuppressInterfaceGroup), before.SuppressInterfaceGroup, after.SuppressInterfaceGroup);
        rule.Compare(nameof(RuleEntry.Realms), before.Realms, after.Realms);
        rule.Compare(nameof(RuleEntry.Protocol), before.Protocol, after.Protocol);
        rule.Compare(nameof(RuleEntry.NoTrack), before.NoTrack, after.NoTrack);
        rule.Compare(nameof(RuleEntry.TrackGroup), before.TrackGroup, after.TrackGroup);
    }
}
