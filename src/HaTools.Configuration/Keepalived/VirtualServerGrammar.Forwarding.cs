namespace HaTools.Configuration.Keepalived;

/// <summary>How packets reach real servers.</summary>
internal static partial class VirtualServerGrammar
{
    private const int MostForwardingWords = 6;

    private static readonly string[] ForwardingWords = ["NAT", "DR", "TUN"];
    private static readonly string[] TunnelWords = ["type", "port", "nocsum", "csum", "remcsum"];

    private static Keyword<ServiceDraft>[] Forwarding =>
    [
        new() { Name = "lb_kind", Required = 1, Allowed = MostForwardingWords, Read = (r, s, d) => d.Way = ReadWay(r, s) ?? d.Way },
        new() { Name = "lvs_method", Required = 1, Allowed = MostForwardingWords, Read = (r, s, d) => d.Way = ReadWay(r, s) ?? d.Way },
    ];

    /// <summary>A forwarding method with its tunnel; null: it was said what is wrong.</summary>
    private static Way? ReadWay(ConfReading reading, ConfStatement statement)
    {
        ConfWord word = statement.Words[1];
        switch (word.Text)
        {
            case "NAT" or "DR":
                reading.ReportSurplus(null, statement, 2);
                return new Way(word.Text == "DR" ? ForwardingMethod.DirectRouting : ForwardingMethod.Nat, null);
            case "TUN":
                return statement.ArgumentCount == 1 ? new Way(ForwardingMethod.Tunnel, null)
                    : ReadTunnel(reading, statement) is { } tunnel ? new Way(ForwardingMethod.Tunnel, tunnel) : null;
            default:
                reading.UnknownWord(word, "forwarding method", ForwardingWords);
                return null;
        }
    }

    private static IpvsTunnel? ReadTunnel(ConfReading reading, ConfStatement statement)
    {
        var tunnel = new IpvsTunnel();
        for (int i = 2; i < statement.Words.Length; i++)
        {
            ConfWord option = statement.Words[i];
            TunnelChecksum? checksum = option.Text switch
            {
                "nocsum" => TunnelChecksum.None,
                "csum" => TunnelChecksum.Full,
                "remcsum" => TunnelChecksum.Remote,
                _ => null,
            };
            if (checksum is { } given)
            {
                tunnel = tunnel with { Checksum = given };
                continue;
            }

            if (option.Text is not ("type" or "port"))
            {
                reading.UnknownWord(option, "option of a tunnel", TunnelWords);
                return null;
            }

            if (statement.Argument(++i) is not { } value)
            {
                reading.Error("MissingValue", option, $"`{option.Text}` needs a value.");
                return null;
            }

            if (option.Text == "port")
            {
                if (ConfValues.RequiredInteger(reading, value, "port", 1, 65535) is not { } port) return null;
                tunnel = tunnel with { Port = port };
            }
            else if (TypeOf(reading, value) is { } type) tunnel = tunnel with { Type = type };
            else return null;
        }

        return tunnel;
    }

    private static TunnelType? TypeOf(ConfReading reading, ConfWord word)
    {
        switch (word.Text)
        {
            case "ipip":
                return TunnelType.Ipip;
            case "gue":
                return TunnelType.Gue;
            case "gre":
                return TunnelType.Gre;
            default:
                reading.UnknownWord(word, "kind of tunnel", ["ipip", "gue", "gre"]);
                return null;
        }
    }
}

/// <summary>A forwarding method.</summary>
/// <param name="Method">The method.</param>
/// <param name="Tunnel">The tunnel, where it is said.</param>
internal sealed record Way(ForwardingMethod Method, IpvsTunnel? Tunnel);

/// <summary>How packets reach real servers.</summary>
internal sealed partial class ServiceDraft
{
    public Way Way { get; set; } = new(ForwardingMethod.Nat, null);
}
