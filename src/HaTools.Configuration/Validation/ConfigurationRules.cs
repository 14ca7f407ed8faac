using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Checks a model by all rules. Linear in its size.</summary>
internal static class ConfigurationRules
{
    public static IReadOnlyList<RuleFinding> Check(HaConfiguration configuration)
    {
        var findings = new RuleFindings();
        NodeRules.Check(findings, configuration);
        ScriptRules.Check(findings, configuration);
        BfdRules.Check(findings, configuration);
        TrackerRules.Check(findings, configuration);
        TrackedRules.Check(findings, configuration);
        NotifyRules.Check(findings, configuration);
        NotifyFifoRules.Check(findings, configuration);
        SmtpAlertRules.Check(findings, configuration);
        WebhookRules.Check(findings, configuration);
        InstanceRules.Check(findings, configuration);
        GroupRules.Check(findings, configuration);
        NetworkRules.Check(findings, configuration);
        VirtualInterfaceRules.Check(findings, configuration);
        VirtualServerGroupRules.Check(findings, configuration);
        VirtualServerRules.Check(findings, configuration);
        NamedServerRules.CheckResolver(findings, configuration);
        FollowingCheckRules.Check(findings, configuration);
        StatelessRules.Check(findings, configuration);
        HttpsCheckRules.CheckSettings(findings, configuration);
        IpvsRules.Check(findings, configuration);
        SyncDaemonRules.Check(findings, configuration);
        DirectRoutingRules.Check(findings, configuration);
        TunnelAddressRules.Check(findings, configuration);
        return findings.Items;
    }
}

/// <summary>Collects findings.</summary>
internal sealed class RuleFindings
{
    public List<RuleFinding> Items { get; } = [];

    public void Error(string code, ModelPath path, string? text, string message, ModelPath? other = null) =>
        Items.Add(new RuleFinding(HaDiagnosticSeverity.Error, code, path, text, message, other));

    public void Warning(string code, ModelPath path, string? text, string message, ModelPath? other = null) =>
        Items.Add(new RuleFinding(HaDiagnosticSeverity.Warning, code, path, text, message, other));
}
