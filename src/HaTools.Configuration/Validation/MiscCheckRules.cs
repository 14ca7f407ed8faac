using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of checks that run a program.</summary>
internal static class MiscCheckRules
{
    public static void Check(RuleFindings findings, ModelPath path, MiscCheck check)
    {
        CommonRules.Command(findings, path.Key("command"), check.Command);
        if (check.Timeout is { } timeout) CommonRules.Time(findings, path.Key("timeout"), timeout, false, "timeout");
        if (check.User is { } user) ScriptRules.CheckUser(findings, path.Key("user"), user);
    }
}
