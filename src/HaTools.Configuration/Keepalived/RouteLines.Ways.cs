using System.Buffers.Binary;
using System.Net;

namespace HaTools.Configuration.Keepalived;

// Gateways, next hops, encapsulations.
internal static partial class RouteLines
{
    /// <summary>RTPROT_KEEPALIVED: what a route or rule of ours says by itself.</summary>
    internal const int KeepalivedProtocol = 18;

    /// <summary>A gateway, <c>[inet|inet6] ADDRESS</c>. With the word a gateway of the other family is meant.</summary>
    private static IPAddress? Gateway(Draft draft, ConfWord option)
    {
        LineWords words = draft.Words;
        int said = words.Skip("inet6") ? 6 : words.Skip("inet") ? 4 : 0;
        if (!words.TryValue(option, out ConfWord value) || !words.TryAddress(value, out IPAddress? gateway)) return null;
        int family = Networks.FamilyOf(gateway);
        if (said != 0 && said != family)
        {
            words.Error("MixedFamilies", value, $"`{value.Text}` is no IPv{said} address.");
            return null;
        }

        // `via inet6` of an IPv4 route (RFC 5549); keepalived knows the words and refuses the pair.
        if (said == 6 && draft.Family == 4) return gateway;
        draft.Join(value, family);
        return gateway;
    }

    // The old form: via A or B.
    private static void ReadOr(Draft draft, ConfWord option)
    {
        draft.Words.Reading.Warning("Deprecated", option, "`or` is deprecated: write the ways with `nexthop`.");
        if (draft.Hops.Count > 0)
        {
            draft.Words.Error("Contradiction", option, "`or` stands here already: write more than two ways with `nexthop`.");
            return;
        }

        draft.Hops.Add(new RouteNextHop { Gateway = draft.Route.Gateway });
        draft.Route = draft.Route with { Gateway = null };
        if (Gateway(draft, option) is { } gateway) draft.Hops.Add(new RouteNextHop { Gateway = gateway });
    }

    /// <summary>False: the word belongs to no next hop.</summary>
    private static bool ReadHopOption(Draft draft, ConfWord option)
    {
        LineWords words = draft.Words;
        RouteNextHop hop = draft.Hop!;
        switch (option.Text)
        {
            case "nexthop":
                draft.BeginHop(option);
                return true;
            case "via":
                hop = hop with { Gateway = Gateway(draft, option) };
                break;
            case "dev":
                if (words.TryValue(option, out ConfWord device)) hop = hop with { Device = device.Text };
                break;
            case "weight":
                hop = hop with { Weight = (int)(words.Number(option, 256, 1) ?? 1) };
                break;
            case "onlink":
                hop = hop with { OnLink = true };
                break;
            case "encap":
                hop = hop with { Encapsulation = Encapsulation(words, option) };
                break;
            case "realms":
                draft.Join(option, 4);
                hop = hop with { Realms = words.Realms(option) };
                break;
            default:
                words.Error("MisplacedKeyword", option,
                    $"`{option.Text}` is no option of a next hop (via, dev, weight, onlink, encap, realms); what is of the whole route stands before the "
                    + "first `nexthop`.");
                return true;
        }

        draft.Hop = hop;
        return true;
    }

    private static RouteEncapsulation? Encapsulation(LineWords words, ConfWord option)
    {
        if (!words.TryValue(option, out ConfWord kind)) return null;
        switch (kind.Text)
        {
            case "ip":
                return Tunnel(words, kind, new RouteEncapsulation { Family = 4 });
            case "ip6":
                return Tunnel(words, kind, new RouteEncapsulation { Family = 6 });
            case "mpls" or "ila":
                words.Error("NotSupported", kind,
                    $"`encap {kind.Text}` is not supported: HaTools balances IP, and keeps no {(kind.Text == "mpls" ? "MPLS labels" : "ILA locators")}; "
                    + "`encap ip` and `encap ip6` are.");
                _ = words.TryNext(out _);
                return null;
            default:
                words.Error("UnknownValue", kind, $"`{kind.Text}` is no encapsulation; known: ip, ip6.");
                return null;
        }
    }

    private static RouteEncapsulation? Tunnel(LineWords words, ConfWord kind, RouteEncapsulation tunnel)
    {
        bool six = tunnel.Family == 6;
        while (words.TryPeek(out ConfWord option))
        {
            switch (option.Text)
            {
                case "id":
                    tunnel = tunnel with { Id = words.TakeThen(w => w.LongNumber(option)) };
                    break;
                case "dst":
                    tunnel = tunnel with { Destination = words.TakeThen(w => Outer(w, option, six)) };
                    break;
                case "src":
                    tunnel = tunnel with { Source = words.TakeThen(w => Outer(w, option, six)) };
                    break;
                case "tos" when !six:
                case "tc" when six:
                    tunnel = tunnel with { Tos = (int?)words.TakeThen(w => w.Named(option, IprouteTable.DsField)) };
                    break;
                case "ttl" when !six:
                case "hoplimit" when six:
                    tunnel = tunnel with { Ttl = (int?)words.TakeThen(w => w.Number(option, 255)) };
                    break;
                case "flags":
                    tunnel = tunnel with { Flags = words.TakeThen(w => w.Number(option, ushort.MaxValue)) is { } flags ? Flags((ushort)flags) : null };
                    break;
                default:
                    return Whole(words, kind, tunnel);
            }
        }

        return Whole(words, kind, tunnel);
    }

    // keepalived hands the number to the kernel in the host's byte order, and the kernel reads it in the network's.
    private static int Flags(ushort flags) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(flags) : flags;

    private static RouteEncapsulation? Whole(LineWords words, ConfWord kind, RouteEncapsulation tunnel)
    {
        if (tunnel.Id is not null || tunnel.Destination is not null) return tunnel;
        words.Error("MissingValue", kind, $"`encap {kind.Text}` needs an `id` or a `dst`.");
        return null;
    }

    private static IPAddress? Outer(LineWords words, ConfWord option, bool six)
    {
        if (!words.TryValue(option, out ConfWord value) || !words.TryAddress(value, out IPAddress? address)) return null;
        if (Networks.FamilyOf(address) == 6 == six) return address;
        words.Error("MixedFamilies", value, $"`{value.Text}` is no address of IPv{(six ? 6 : 4)}, in which packets are wrapped.");
        return null;
    }
}
