using System.Net;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>An address with its port, or without one (man ipvsadm(8), service-address and server-address).</summary>
internal readonly record struct SaveEndpoint(IPAddress Address, int? Port)
{
    private const string Names = "names are not looked up here, so let the table be written with numbers (ipvsadm -S -n)";

    /// <returns>Null: it is none, which has been told.</returns>
    public static SaveEndpoint? Read(SaveWord word, SaveErrors errors)
    {
        ReadOnlySpan<char> text = word.Span;
        if (text.Length > 0 && text[0] == '[') return ReadBracketed(word, errors);
        if (SaveAddress.ReadIpv6(text) is { } whole) return new SaveEndpoint(whole, null);
        int colon = text.LastIndexOf(':');
        ReadOnlySpan<char> host = colon < 0 ? text : text[..colon];

        // Of a word of digits ipvsadm thinks that it is a port whose address was forgotten.
        IPAddress? address = text.ContainsAnyExceptInRange('0', '9') ? SaveAddress.ReadIpv4(host) : null;
        if (address is null)
        {
            errors.Add(word, Advice(host));
            return null;
        }

        return colon < 0 ? new SaveEndpoint(address, null) : WithPort(address, word.From(colon + 1), errors);
    }

    private static SaveEndpoint? ReadBracketed(SaveWord word, SaveErrors errors)
    {
        int end = word.Span.IndexOf(']');
        bool hasPort = end >= 0 && end + 1 < word.Length && word.Span[end + 1] == ':';
        if (!hasPort) errors.Add(word, "an address in brackets has a port behind them: [ADDRESS]:PORT");
        else if (SaveAddress.ReadIpv6(word.Span[1..end]) is { } address) return WithPort(address, word.From(end + 2), errors);
        else if (SaveAddress.ReadIpv4(word.Span[1..end]) is null) errors.Add(word, "there is no IPv6 address in the brackets");
        else errors.Add(word, "an IPv4 address has no brackets: ipvsadm would lose the port behind them");
        return null;
    }

    private static SaveEndpoint? WithPort(IPAddress address, SaveWord port, SaveErrors errors)
    {
        if (SaveNumber.Read(port.Span, 0, ushort.MaxValue) is { } number) return new SaveEndpoint(address, (int)number);
        errors.Add(port, port.Span.ContainsAnyInRange('A', 'z') ? $"a port is a number here; {Names}" : "a port is a number from 0 to 65535");
        return null;
    }

    private static string Advice(ReadOnlySpan<char> host) => IsName(host)
        ? $"an address is numeric here; {Names}"
        : "this is no IPv4 or IPv6 address (with a port: ADDRESS:PORT, [ADDRESS]:PORT)";

    private static bool IsName(ReadOnlySpan<char> host) =>
        !host.Contains(':') && !host.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && host.ContainsAnyInRange('A', 'z');
}
