using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of SMTP checks.</summary>
internal static class SmtpCheckRules
{
    // RFC 5321 section 4.5.3.1.2.
    private const int LongestName = 255;

    public static void Check(RuleFindings findings, ModelPath path, SmtpCheck check)
    {
        if (check.HeloName.Length > LongestName || !CommonRules.IsOneWord(check.HeloName))
            findings.Error("InvalidName", path.Key("heloName"), check.HeloName, $"`{check.HeloName}` is no name for HELO: 1 to {LongestName} ASCII characters without blanks.");
    }
}
