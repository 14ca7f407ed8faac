using System.Net;

namespace HaTools.Configuration;

/// <summary>The names of hosts that HTTPS checks mean.</summary>
internal static class HostNames
{
    private const int Longest = 253, LongestLabel = 63;

    /// <summary>
    /// Whether it is a name that TLS can tell a server (RFC 6066 section 3): labels of 1 to 63 letters, digits, hyphens and underscores with dots between them, 253 characters in all, and no
    /// address.
    /// </summary>
    public static bool IsName(string text) => text.Length is > 0 and <= Longest && !IPAddress.TryParse(text, out _) && text.Split('.').All(IsLabel);

    /// <summary>The host of <c>HOST</c> or <c>HOST:PORT</c>, as a request names it; brackets around an IPv6 address are taken away.</summary>
    public static string WithoutPort(string host)
    {
        int colon = host.LastIndexOf(':');
        int bracket = host.LastIndexOf(']');
        if (colon > bracket && (bracket > 0 || host.IndexOf(':', StringComparison.Ordinal) == colon)) host = host[..colon];
        return host is ['[', .. var address, ']'] ? address : host;
    }

    private static bool IsLabel(string label) => label.Length is > 0 and <= LongestLabel && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
