namespace HaTools.Configuration;

/// <summary>Addresses of people, as they are written: <c>me@example.com</c>, <c>root</c>, <c>My admin &lt;me@example.com&gt;</c>.</summary>
internal static class MailAddresses
{
    // RFC 5321 section 4.5.3.1: a path of 256 bytes has brackets around it.
    private const int LongestAddress = 254, LongestName = 128;

    /// <summary>Takes one apart; false: it is none that a mail server could be told.</summary>
    /// <param name="text">As it is written.</param>
    /// <param name="name">Receives whose it is; empty: it is not said.</param>
    /// <param name="address">Receives the address alone.</param>
    public static bool TryParse(string text, out string name, out string address)
    {
        (name, address) = ("", text);
        if (text.EndsWith('>'))
        {
            int open = text.LastIndexOf('<');
            if (open < 0) return false;
            (name, address) = (text[..open].Trim().Trim('"'), text[(open + 1)..^1]);
        }

        return IsAddress(address) && name.Length <= LongestName && !name.Any(char.IsControl);
    }

    // What is left out here (quoted local parts, comments, other letters than ASCII's) is what keepalived's users do not write, and what could end a command early.
    private static bool IsAddress(string address) =>
        address.Length is > 0 and <= LongestAddress && CommonRules.IsOneWord(address) && address.IndexOfAny(['<', '>', '(', ')', ',', ';', '"', '\\']) < 0
        && address[0] != '@' && address[^1] != '@' && address.Count(c => c == '@') <= 1;
}
