using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of what UDP checks send and want to hear.</summary>
internal static class UdpCheckRules
{
    /// <summary>What a reply may have at most where a pattern is wanted and nothing else is said, in octets: as in keepalived.</summary>
    private const int UsualMaximum = 255;

    /// <summary>What a datagram of IPv4 has room for, in octets: 65535 less the headers of IP and UDP.</summary>
    private const int LongestPayload = 65507;
    private const int LongestReply = 65535;

    /// <summary>Whether silence is bad.</summary>
    public static bool NeedsReply(UdpCheck check) => check.RequireReply || check.Reply is not null;

    /// <summary>What a reply may have at most, in octets; null: it may be of any length.</summary>
    public static int? MaximumReplyLength(UdpCheck check) => check.MaximumReplyLength ?? (check.Reply is null ? null : UsualMaximum);

    public static void Check(RuleFindings findings, ModelPath path, UdpCheck check)
    {
        if (check.Payload is { } payload) CheckPayload(findings, path.Key("payload"), payload);
        if (check.Reply is { } reply && OctetPattern.Parse(reply, wildcards: true) is null)
            findings.Error("InvalidOctets", path.Key("reply"), reply, $"`{reply}` are no octets: hexadecimal digits in pairs (`0a1b` or `0a 1b`), with `x` for any digit.");
        CommonRules.Range(findings, path.Key("minimumReplyLength"), check.MinimumReplyLength, 0, LongestReply, "length of a reply");
        if (check.MaximumReplyLength is { } longest) CommonRules.Range(findings, path.Key("maximumReplyLength"), longest, 0, LongestReply, "length of a reply");
        CheckLengths(findings, path, check);
    }

    private static void CheckPayload(RuleFindings findings, ModelPath path, string payload)
    {
        if (OctetPattern.Parse(payload, wildcards: false) is not { } octets)
            findings.Error("InvalidOctets", path, payload, $"`{payload}` are no octets: hexadecimal digits in pairs (`0a1b` or `0a 1b`).");
        else if (octets.Octets.Length > LongestPayload)
            findings.Error("ValueOutOfRange", path, $"{octets.Octets.Length}", $"{octets.Octets.Length} octets do not fit into a datagram: {LongestPayload} at most.");
    }

    private static void CheckLengths(RuleFindings findings, ModelPath path, UdpCheck check)
    {
        bool needsReply = NeedsReply(check);
        if (!needsReply && (check.MinimumReplyLength != 0 || check.MaximumReplyLength is not null))
            findings.Warning("NoEffect", path, null, "Lengths of a reply have no effect where none is required (requireReply, reply): silence is good, and so is any reply.");
        int? most = MaximumReplyLength(check);
        if (needsReply && most < check.MinimumReplyLength)
            findings.Warning("NeverSucceeds", path, null, $"No reply has {check.MinimumReplyLength} octets or more and {most} or fewer: the check always fails, and the server is down.");
    }
}
