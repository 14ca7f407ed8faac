using System.Text;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of authentication. No secret is shown.</summary>
internal static class SecurityRules
{
    private const string Mask = "********";

    public static void Check(RuleFindings findings, ModelPath path, VrrpInstance instance)
    {
        if (instance.Authentication is { } authentication) CheckAuthentication(findings, path.Key("authentication"), instance, authentication);
        if (instance.Hmac is { } hmac) CheckHmac(findings, path.Key("hmac"), hmac);
        if (instance is { Authentication: not null, Hmac: not null })
            findings.Error("Contradiction", path.Key("hmac"), null, "`hmac` takes the place of `authentication`: one of them, not both.");
    }

    private static void CheckAuthentication(RuleFindings findings, ModelPath path, VrrpInstance instance, VrrpAuthentication authentication)
    {
        if (instance.Version == 3)
            findings.Warning("AuthenticationIgnored", path, null, "VRRP version 3 has no authentication: it is ignored.");
        else if (authentication.Password.Length == 0)
            findings.Error("MissingValue", path, null, "The authentication needs a password.");
        else if (Encoding.UTF8.GetByteCount(authentication.Password) > 8)
            findings.Warning("PasswordCut", path, Mask, "A password has 8 bytes on the wire; the rest is cut.");
    }

    private static void CheckHmac(RuleFindings findings, ModelPath path, VrrpHmac hmac)
    {
        var ids = new HashSet<int>();
        for (int i = 0; i < hmac.Keys.Count; i++)
        {
            VrrpHmacKey key = hmac.Keys[i];
            ModelPath place = path.Element("keys", i);
            CommonRules.Range(findings, place.Key("id"), key.Id, ModelRanges.LeastKeyId, ModelRanges.MostKeyId, "id of a key");
            if (!ids.Add(key.Id)) findings.Error("DuplicateName", place.Key("id"), $"{key.Id}", $"There is a key {key.Id} already.");
            CheckSecret(findings, place.Key("secret"), key);
        }
        if (hmac.Keys.Count == 0) findings.Error("MissingValue", path, null, "`hmac` needs a key.");
        else if (!ids.Contains(hmac.ActiveKey))
            findings.Error("UnknownKey", path.Key("activeKey"), $"{hmac.ActiveKey}", $"There is no key {hmac.ActiveKey} to sign with; there are {string.Join(", ", ids)}.");
        if (hmac.TimeWindow is not { } window) return;
        CommonRules.TimeRange(findings, path.Key("timeWindow"), window, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(300), "time window");
        if (hmac.AntiReplay == VrrpAntiReplay.Monotonic) ElectionRules.NoEffect(findings, path, "timeWindow", "replayed adverts are told by number, not by time");
    }

    // What a file holds is seen when it is read.
    private static void CheckSecret(RuleFindings findings, ModelPath path, VrrpHmacKey key)
    {
        if (key.Secret.StartsWith("file:", StringComparison.Ordinal))
        {
            if (!key.Secret.AsSpan(5).StartsWith("/")) findings.Error("InvalidPath", path, Mask, $"The file of key {key.Id} is named from the root: `file:/PATH`.");
            return;
        }
        bool isHex = key.Secret.StartsWith("hex:", StringComparison.Ordinal);
        if (isHex && (key.Secret.Length % 2 != 0 || !key.Secret[4..].All(char.IsAsciiHexDigit)))
        {
            findings.Error("InvalidNumber", path, Mask, $"Key {key.Id} is no hexadecimal number of whole bytes.");
            return;
        }
        int length = isHex ? (key.Secret.Length - 4) / 2 : Encoding.UTF8.GetByteCount(key.Secret);
        if (length is < 32 or > 64) findings.Error("ValueOutOfRange", path, Mask, $"Key {key.Id} has {length} bytes; it needs 32 to 64.");
    }
}
