using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HaTools.Configuration.Keepalived;

/// <summary>A line of virtual_ipaddress, with the words whose places matter.</summary>
internal sealed record AddressLine(VirtualAddress Address, ConfWord Word, ConfWord? Device, ConfWord? Label, ConfWord? Broadcast);

/// <summary>The lines of <c>virtual_ipaddress</c>: <c>ADDRESS[/PREFIX] [brd|broadcast A|+|-] [dev IF] [label L] [scope S]</c>.</summary>
internal static class AddressLines
{
    private static readonly string[] Options = ["brd", "broadcast", "dev", "label", "scope"];
    private static readonly string[] Scopes = ["global", "site", "link", "host"];

    // Options of keepalived's that need what this version lacks.
    private static readonly string[] Unsupported =
    [
        "use_vmac", "peer", "home", "-nodad", "mngtmpaddr", "noprefixroute", "autojoin", "no_track", "track_group", "preferred_lft",
    ];

    public static void Read(ConfReading reading, List<ConfStatement> lines, List<AddressLine> addresses)
    {
        // A set keeps long lists linear.
        var known = addresses.Select(a => a.Address.Address).ToHashSet();
        foreach (ConfStatement line in lines)
        {
            if (!reading.Admit(line)) continue;
            if (line.Block is not null)
            {
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", "A line of virtual_ipaddress takes no block.");
                continue;
            }
            if (ReadLine(reading, line) is not { } address) continue;
            if (known.Add(address.Address.Address))
            {
                addresses.Add(address);
                continue;
            }
            reading.Warning("DuplicateAddress", line.Keyword,
                $"`{address.Address.Address}` stands in this instance already; this line is ignored.");
        }
    }

    /// <summary>The addresses of our <c>direct_routing_address</c>.</summary>
    public static IEnumerable<(DirectRoutingAddress Address, ConfWord Word)> ReadPlain(ConfReading reading, List<ConfStatement> lines)
    {
        foreach (ConfStatement line in lines)
        {
            if (!reading.Admit(line)) continue;
            if (line.Block is not null)
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", "A line of direct_routing_address takes no block.");
            reading.ReportSurplus(null, line, 1);
            if (ConfValues.Address(reading, line.Keyword) is { } address) yield return (new DirectRoutingAddress(address), line.Keyword);
        }
    }

    private static AddressLine? ReadLine(ConfReading reading, ConfStatement line)
    {
        ConfWord word = line.Keyword;
        string text = word.Text;
        int slash = text.IndexOf('/');
        if (!ConfValues.TryAddress(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress? address))
        {
            reading.Error("InvalidAddress", word, $"`{text}` is no IP address.");
            return null;
        }
        if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            reading.Error("NotSupported", word, "IPv6 virtual addresses are not supported by this version of HaTools.");
            return null;
        }
        int prefix = slash < 0 ? 32 : Prefix(reading, word, text.AsSpan(slash + 1));
        ConfWord? device = null, label = null, broadcast = null;
        AddressScope? scope = null;
        for (int i = 1; i < line.Words.Length; i++)
        {
            ConfWord option = line.Words[i];
            if (!Options.Contains(option.Text))
            {
                ReportOption(reading, option);
                return null;
            }
            if (line.Argument(++i) is not { } value)
            {
                reading.Error("MissingValue", option, $"`{option.Text}` needs a value.");
                return null;
            }
            switch (option.Text)
            {
                case "dev":
                    device = value;
                    break;
                case "label":
                    label = value;
                    break;
                case "scope":
                    scope = Scope(reading, value);
                    break;
                default:
                    broadcast = value;
                    break;
            }
        }
        return new AddressLine(
            new VirtualAddress
            {
                Address = address,
                PrefixLength = prefix,
                Device = device?.Text,
                Label = label?.Text,
                Scope = scope,
                Broadcast = broadcast is { } b ? Broadcast(reading, b, address, prefix) : null,
            },
            word, device, label, broadcast);
    }

    private static void ReportOption(ConfReading reading, ConfWord option)
    {
        if (Unsupported.Contains(option.Text)) reading.NotSupported(option, $"address option `{option.Text}`");
        else reading.Error("UnknownKeyword", option, $"`{option.Text}` is no option of an address.{reading.Suggest(option.Text, Options)}");
    }

    private static int Prefix(ConfReading reading, ConfWord word, ReadOnlySpan<char> text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int prefix) && prefix <= 32) return prefix;
        reading.Warning("ValueOutOfRange", word, $"`{text}` is no prefix length from 0 to 32; taken as 32, as keepalived does.");
        return 32;
    }

    private static AddressScope? Scope(ConfReading reading, ConfWord word)
    {
        switch (word.Text)
        {
            case "global" or "0":
                return AddressScope.Global;
            case "site" or "200":
                return AddressScope.Site;
            case "link" or "253":
                return AddressScope.Link;
            case "host" or "254":
                return AddressScope.Host;
            default:
                reading.UnknownWord(word, "scope", Scopes);
                return null;
        }
    }

    // ip address: + sets the host bits to one, - to zero.
    private static IPAddress? Broadcast(ConfReading reading, ConfWord word, IPAddress address, int prefix)
    {
        if (word.Text is not ("+" or "-"))
        {
            IPAddress? given = ConfValues.Address(reading, word);
            if (given is null || given.AddressFamily == AddressFamily.InterNetwork) return given;
            reading.Error("InvalidAddress", word, $"`{word.Text}` is no IPv4 address.");
            return null;
        }
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        uint hosts = prefix == 0 ? uint.MaxValue : (1u << (32 - prefix)) - 1;
        uint value = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, word.Text == "+" ? value | hosts : value & ~hosts);
        return new IPAddress(bytes);
    }
}
