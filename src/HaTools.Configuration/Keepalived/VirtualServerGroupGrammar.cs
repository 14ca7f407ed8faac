using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>
/// <c>virtual_server_group</c>: lines of <c>ADDRESS [PORT]</c>, <c>fwmark MARK [inet|inet6]</c>, and ranges in keepalived's three forms: <c>192.0.2.1-9</c> (the last number of an IPv4 address,
/// the last four hexadecimal digits of IPv6's), <c>192.0.2.1-192.0.3.9</c> and <c>192.0.2.0/28</c> (check_data.c, <c>alloc_vsg_entry</c>).
/// </summary>
internal static class VirtualServerGroupGrammar
{
    public static VirtualServerGroup Build(ConfReading reading, ConfStatement statement, ModelPositions positions, int index)
    {
        ConfWord name = statement.Words[1];
        var path = new ModelPath("virtualServerGroups", index);
        positions.Note(path, name.Position);
        var members = new List<VirtualServerGroupMember>();

        // A first member may stand before the brace.
        ConfStatement[] first = statement.ArgumentCount > 1 ? [new ConfStatement(statement.Words[2..])] : [];
        foreach (ConfStatement line in first.Concat(statement.Block!))
        {
            if (!reading.AdmitLine(line, "virtual_server_group") || ReadMember(reading, line) is not { } member) continue;
            positions.Note(path with { List = "members", Item = members.Count }, line.Keyword.Position);
            members.Add(member);
        }

        return new VirtualServerGroup { Name = name.Text, Members = members.ToValueList() };
    }

    /// <summary>One line; null, with an error: it is none.</summary>
    public static VirtualServerGroupMember? ReadMember(ConfReading reading, ConfStatement line) => line.Keyword.Text == "fwmark" ? ReadMark(reading, line) : ReadAddresses(reading, line);

    private static VirtualServerGroupMember? ReadMark(ConfReading reading, ConfStatement line)
    {
        reading.ReportSurplus(null, line, 3);
        if (line.Argument(1) is not { } word)
        {
            reading.Error("MissingValue", line.Keyword, "`fwmark` needs the mark.");
            return null;
        }

        if (ConfValues.Unsigned(word) is not { } mark || mark == 0)
        {
            reading.Error("InvalidNumber", word, $"`{word.Text}` is no firewall mark: a whole number from 1 to {uint.MaxValue}.");
            return null;
        }

        if (line.Argument(2) is not { } family) return new VirtualServerGroupMember { FirewallMark = mark };
        if (family.Text is "inet" or "inet6") return new VirtualServerGroupMember { FirewallMark = mark, Family = family.Text == "inet6" ? 6 : 4 };
        reading.UnknownWord(family, "address family", ["inet", "inet6"]);
        return null;
    }

    private static VirtualServerGroupMember? ReadAddresses(ConfReading reading, ConfStatement line)
    {
        reading.ReportSurplus(null, line, 2);
        int? port = line.Argument(1) is { } word ? ConfValues.RequiredInteger(reading, word, "port", 0, 65535) : 0;
        if (Range(reading, line.Keyword) is not (var address, var last) || port is not { } number) return null;
        return new VirtualServerGroupMember { Address = address, LastAddress = last.Equals(address) ? null : last, Port = number };
    }

    private static (IPAddress First, IPAddress Last)? Range(ConfReading reading, ConfWord word)
    {
        string text = word.Text;
        int at = text.AsSpan().IndexOfAny('-', '/');
        if (!ConfValues.TryAddress(at < 0 ? text : text.AsSpan(0, at), out IPAddress first))
        {
            reading.Error("InvalidAddress", word, $"`{text}` is no IP address, and no range of them: 192.0.2.1, 192.0.2.1-9, 192.0.2.1-192.0.3.9, 192.0.2.0/28, or `fwmark` with a mark.");
            return null;
        }

        return at < 0 ? (first, first) : text[at] == '/' ? Prefix(reading, word, first, text.AsSpan(at + 1)) : UpTo(reading, word, first, text.AsSpan(at + 1));
    }

    private static (IPAddress First, IPAddress Last)? Prefix(ConfReading reading, ConfWord word, IPAddress first, ReadOnlySpan<char> length)
    {
        int bits = Networks.HostPrefix(first);
        if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int prefix) || prefix == 0 || prefix > bits)
        {
            reading.Error("InvalidAddress", word, $"`{length}` is no length of a prefix: 1 to {bits}.");
            return null;
        }

        if (!Networks.IsBase(first, prefix))
        {
            reading.Error("InvalidAddress", word, $"`{word.Text}` has bits behind the prefix: keepalived leaves such a line out. `{Networks.Of(first, prefix)}` is the network around it.");
            return null;
        }

        byte[] last = first.GetAddressBytes(), mask = Networks.Mask(prefix, bits).GetAddressBytes();
        for (int i = 0; i < last.Length; i++) last[i] |= (byte)~mask[i];
        return (first, new IPAddress(last));
    }

    private static (IPAddress First, IPAddress Last)? UpTo(ConfReading reading, ConfWord word, IPAddress first, ReadOnlySpan<char> end)
    {
        bool isIPv6 = Networks.FamilyOf(first) == 6;
        if (end.Contains(isIPv6 ? ':' : '.'))
        {
            if (ConfValues.TryAddress(end, out IPAddress last)) return (first, last);
            reading.Error("InvalidAddress", word, $"`{end}` is no IP address: it ends the range `{word.Text}`.");
            return null;
        }

        byte[] bytes = first.GetAddressBytes();
        if (isIPv6 && ushort.TryParse(end, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort group)) BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), group);
        else if (!isIPv6 && byte.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out byte number)) bytes[3] = number;
        else
        {
            reading.Error("InvalidAddress", word,
                $"`{end}` ends no range of {(isIPv6 ? "IPv6 addresses: the last four hexadecimal digits, up to ffff" : "IPv4 addresses: the last number, up to 255")}, or a whole address.");
            return null;
        }

        return (first, new IPAddress(bytes));
    }
}
