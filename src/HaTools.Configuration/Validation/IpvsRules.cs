using HaTools.Configuration.Diagnostics;
using HaTools.Netlink.Ipvs;

namespace HaTools.Configuration;

/// <summary>Rules of what holds for IPVS as a whole.</summary>
internal static class IpvsRules
{
    // ip_vs_core.c: its hook at NF_INET_LOCAL_IN has NF_IP_PRI_NAT_SRC - 1, and the one for replies, which needs no mark, comes before it.
    private const int MostMarkPriority = 98;

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var path = new ModelPath("ipvs");
        CheckTimeout(findings, path.Key("tcpTimeout"), configuration.Ipvs.TcpTimeout);
        CheckTimeout(findings, path.Key("tcpFinTimeout"), configuration.Ipvs.TcpFinTimeout);
        CheckTimeout(findings, path.Key("udpTimeout"), configuration.Ipvs.UdpTimeout);
        if (configuration.Ipvs.GroupMarks is { } marks) CheckGroupMarks(findings, path, marks, configuration.Firewall.Table);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (IpvsParameterSetting setting in configuration.Ipvs.Parameters)
        {
            ModelPath place = path.Key($"parameters.{setting.Name}");
            if (!names.Add(setting.Name)) findings.Error("DuplicateParameter", place, setting.Name, $"The parameter `{setting.Name}` is set twice.");
            CheckParameter(findings, place, setting);
        }
    }

    private static void CheckGroupMarks(RuleFindings findings, ModelPath path, GroupMarkSettings marks, string? other)
    {
        CommonRules.FirewallTable(findings, path.Key("groupMarks.table"), marks.Table);
        if (marks.Table is { } table && table == other)
            findings.Error("Contradiction", path.Key("groupMarks.table"), table, $"`{table}` is the table of the node's firewall (`nftables`, YAML `firewall.table`): the table that marks packets needs a name of its own.");
        if (marks.Priority > MostMarkPriority)
            findings.Error("ValueOutOfRange", path.Key("groupMarks.priority"), $"{marks.Priority}", $"A chain of priority {marks.Priority} sets marks when IPVS has looked for them (99): {MostMarkPriority} at most.");
        if (marks.Start == 0) findings.Error("ValueOutOfRange", path.Key("groupMarks.start"), "0", "0 is no firewall mark: it is what packets without one have.");
    }

    private static void CheckParameter(RuleFindings findings, ModelPath path, IpvsParameterSetting setting)
    {
        if (IpvsParameterCatalogue.Find(setting.Name) is not { } parameter)
        {
            string hint = Suggestion.Sentence(setting.Name, IpvsParameterCatalogue.All.Select(p => p.Name));
            findings.Error("UnknownParameter", path, setting.Name, $"IPVS has no parameter `{setting.Name}` (net.ipv4.vs.*).{hint}");
        }
        else if (parameter.Refuse(setting.Value) is { } why)
        {
            findings.Error("ValueOutOfRange", path, setting.Value, $"{why}. {parameter.Meaning}");
        }
    }

    private static void CheckTimeout(RuleFindings findings, ModelPath path, TimeSpan? timeout)
    {
        if (timeout is not { } time) return;
        if (time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromSeconds(ModelRanges.MostIdleSeconds) && time.Ticks % TimeSpan.TicksPerSecond == 0) return;
        string text = Durations.Format(time);
        findings.Error("ValueOutOfRange", path, text, $"{text} is no time that IPVS keeps an idle connection: whole seconds, 1 s to 31 days.");
    }
}
