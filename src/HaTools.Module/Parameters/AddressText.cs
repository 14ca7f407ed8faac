using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HaTools.Module.Errors;

namespace HaTools.Module.Parameters;

/// <summary>Addresses as people write them.</summary>
internal static class AddressText
{
    /// <summary>
    /// An address in its usual form. .NET would also take <c>10.1</c> for 10.0.0.1, <c>10.0.0.010</c> for 10.0.0.8, and pass over the port of <c>[::1]:80</c>; a typing error shall
    /// not become an address.
    /// </summary>
    public static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        if (!IPAddress.TryParse(text, out address)) return false;
        return address.AddressFamily == AddressFamily.InterNetwork ? text == address.ToString() : text.AsSpan().IndexOfAny("[]") < 0;
    }

    /// <summary><c>192.0.2.1:80</c> or <c>[2001:db8::1]:443</c>; where a port is given apart or implied, the address alone.</summary>
    /// <exception cref="HaErrorException">It is neither.</exception>
    public static IPEndPoint ParseEndPoint(string text, int? impliedPort) => ParseEndPoint(text, impliedPort, leastPort: 1);

    /// <summary>The same of a service, whose port may be 0: every port.</summary>
    /// <exception cref="HaErrorException">It is no address with a port.</exception>
    public static IPEndPoint ParseServiceEndPoint(string text) => ParseEndPoint(text, null, leastPort: 0);

    private static IPEndPoint ParseEndPoint(string text, int? impliedPort, int leastPort)
    {
        if (TryParseAddress(text.Trim('[', ']'), out IPAddress? alone))
        {
            return impliedPort is { } p
                ? new IPEndPoint(alone, p)
                : throw new HaErrorException(HaErrors.InvalidAddress(text, "an address with a port (192.0.2.1:80, [2001:db8::1]:443)"));
        }
        int colon = text.LastIndexOf(':');
        if (colon > 0 && TryParseAddress(text[..colon].Trim('[', ']'), out IPAddress? address)
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port >= leastPort)
            return new IPEndPoint(address, port);
        throw new HaErrorException(HaErrors.InvalidAddress(text, "an address with a port (192.0.2.1:80, [2001:db8::1]:443)"));
    }
}
