using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of script trackers.</summary>
internal static class ScriptRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        if (configuration.ScriptUser is { } all) CheckUser(findings, new ModelPath("scriptUser"), all);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < configuration.Scripts.Count; i++)
        {
            ScriptTracker script = configuration.Scripts[i];
            var path = new ModelPath("scripts", i);
            CommonRules.Name(findings, path, script.Name, "script's name");
            if (!names.Add(script.Name)) findings.Error("DuplicateName", path, script.Name, $"There is a script `{script.Name}` already.");
            CommonRules.Command(findings, path with { Property = "command" }, script.Command);
            CommonRules.Time(findings, path with { Property = "interval" }, script.Interval, false, "interval");
            if (script.Timeout is { } timeout) CommonRules.Time(findings, path with { Property = "timeout" }, timeout, false, "timeout");
            CommonRules.Weight(findings, path with { Property = "weight" }, script.Weight);
            CommonRules.Range(findings, path with { Property = "rise" }, script.Rise, ModelRanges.LeastRuns, ModelRanges.MostRuns, "number of good runs");
            CommonRules.Range(findings, path with { Property = "fall" }, script.Fall, ModelRanges.LeastRuns, ModelRanges.MostRuns, "number of failed runs");
            if (script.User is { } user) CheckUser(findings, path with { Property = "user" }, user);
            if (script.Recover is { } recover) CheckRecovery(findings, path, recover);
        }
    }

    /// <summary>USER or USER:GROUP, or several of them.</summary>
    public static void CheckUser(RuleFindings findings, ModelPath path, string user)
    {
        foreach (string one in user.Split(ScriptUserNames.Or))
        {
            string[] parts = one.Split(':');
            if (parts.Length <= 2 && !parts.Any(p => p.Length == 0 || p.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))) continue;
            findings.Error("InvalidUser", path, user, $"`{user}` is neither USER nor USER:GROUP, nor several of them with `{ScriptUserNames.Or}` between them.");
            return;
        }
    }

    private static void CheckRecovery(RuleFindings findings, ModelPath path, RecoveryAction recover)
    {
        CommonRules.Command(findings, path with { Property = "recover.command" }, recover.Command);
        CommonRules.Time(findings, path with { Property = "recover.timeout" }, recover.Timeout, false, "timeout");
        CommonRules.Time(findings, path with { Property = "recover.delay" }, recover.Delay, true, "delay");
    }
}
