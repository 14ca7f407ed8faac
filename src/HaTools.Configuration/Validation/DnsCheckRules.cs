using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of what DNS checks ask.</summary>
internal static class DnsCheckRules
{
    public static void Check(RuleFindings findings, ModelPath path, DnsCheck check)
    {
        if (!DomainNames.IsName(check.Name))
            findings.Error("InvalidName", path.Key("name"), check.Name,
                $"`{check.Name}` is no domain name: labels of 1 to {DomainNames.LongestLabel} ASCII characters with dots between them, {DomainNames.Longest} in all, no blanks and no `\\` (a name of other letters is written xn--…).");
    }
}
