using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of SMTP checks.</summary>
internal static class SmtpCheckRules
{
    // RFC 5321 section 4.5.3.1.2.
    private const int LongestName = 255;

    public static void Check(RuleFindings findings, ModelPath path, SmtpCheck check) => HeloName(findings, path.Key("heloName"), check.HeloName);

    public static void HeloName(RuleFindings findings, ModelPath path, string name)
    {
        if (name.Length > LongestName || !CommonRules.IsOneWord(name))
            findings.Error("InvalidName", path, name, $"`{name}` is no name for HELO: 1 to {LongestName} ASCII characters without blanks.");
    }
}
