using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary>The lines of our <c>tunnel_address</c>: <c>ADDRESS [type ipip|gre|gue] [port PORT] [outer_family 4|6]</c>.</summary>
internal static class TunnelLines
{
    private static readonly string[] Types = ["ipip", "gue", "gre"];

    public static IEnumerable<(TunnelAddress Address, ConfWord Word)> Read(ConfReading reading, List<ConfStatement> lines)
    {
        foreach (ConfStatement line in lines)
        {
            if (!reading.Admit(line)) continue;
            if (line.Block is not null)
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", "A line of tunnel_address takes no block.");
            if (ReadLine(reading, line) is { } address) yield return (address, line.Keyword);
        }
    }

    private static TunnelAddress? ReadLine(ConfReading reading, ConfStatement line)
    {
        IPAddress? address = ConfValues.Address(reading, line.Keyword);
        var words = new LineWords(reading, line.Words, "a tunnel's address");
        _ = words.TryNext(out _);
        var tunnel = new TunnelAddress(address ?? IPAddress.None);
        while (words.TryNext(out ConfWord option))
        {
            switch (option.Text)
            {
                case "type":
                    if (words.TryValue(option, out ConfWord type)) tunnel = tunnel with { Type = Type(words, type) };
                    break;
                case "port":
                    tunnel = tunnel with { Port = (int?)words.Number(option, 65535, 1) };
                    break;
                case "outer_family":
                    tunnel = tunnel with { OuterFamily = (int?)words.Number(option, 6, 4) };
                    break;
                default:
                    words.Unknown(option, ["type", "port", "outer_family"]);
                    break;
            }
        }

        return address is null || words.Failed ? null : tunnel;
    }

    private static TunnelType Type(LineWords words, ConfWord word)
    {
        int index = Array.IndexOf(Types, word.Text);
        if (index >= 0) return (TunnelType)index;
        words.Error("UnknownValue", word, $"`{word.Text}` is no type of tunnel: {string.Join(", ", Types)}.{words.Reading.Suggest(word.Text, Types)}");
        return TunnelType.Ipip;
    }
}
