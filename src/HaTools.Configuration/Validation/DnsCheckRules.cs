using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of what DNS checks ask.</summary>
internal static class DnsCheckRules
{
    // RFC 1035 section 2.3.4: 255 bytes on the wire, where a length stands before each label and the root ends it.
    private const int LongestLabel = 63, LongestName = 253;

    public static void Check(RuleFindings findings, ModelPath path, DnsCheck check)
    {
        if (!IsDomainName(check.Name))
            findings.Error("InvalidName", path.Key("name"), check.Name,
                $"`{check.Name}` is no domain name: labels of 1 to {LongestLabel} ASCII characters with dots between them, {LongestName} in all, no blanks and no `\\` (a name of other letters is written xn--…).");
    }

    private static bool IsDomainName(string name)
    {
        if (name == ".") return true;
        string whole = name.EndsWith('.') ? name[..^1] : name;
        return whole.Length <= LongestName && whole.Split('.').All(l => l.Length is > 0 and <= LongestLabel && l.All(c => c is > ' ' and <= '~' and not '\\'));
    }
}
