using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary>A line of virtual_routes or static_routes, and the word it begins with.</summary>
internal sealed record RouteLine(RouteEntry Route, ConfWord Word);

/// <summary>The lines of <c>virtual_routes</c> and <c>static_routes</c>, in the words of <c>ip route</c>.</summary>
internal static partial class RouteLines
{
    private static readonly Dictionary<string, RouteKind> Kinds = new(StringComparer.Ordinal)
    {
        ["unicast"] = RouteKind.Unicast,
        ["local"] = RouteKind.Local,
        ["broadcast"] = RouteKind.Broadcast,
        ["brd"] = RouteKind.Broadcast,
        ["anycast"] = RouteKind.Anycast,
        ["multicast"] = RouteKind.Multicast,
        ["blackhole"] = RouteKind.Blackhole,
        ["unreachable"] = RouteKind.Unreachable,
        ["prohibit"] = RouteKind.Prohibit,
        ["throw"] = RouteKind.Throw,
        ["nat"] = RouteKind.Nat,
    };

    // Made when it is asked for: MetricOptions stands in another file.
    private static string[] Options =>
    [
        .. Kinds.Keys, "to", "from", "src", "via", "gw", "or", "dev", "oif", "table", "vrf", "tos", "dsfield", "protocol", "scope", "metric", "priority",
        "preference", "pref", "onlink", "encap", "nexthop", "expires", "realms", "ttl-propagate", "add", "append", "prepend", "inet", "inet6",
        "no_track", "track_group", "default", .. MetricOptions,
    ];

    public static void Read(ConfReading reading, List<ConfStatement> lines, bool isStatic, List<RouteLine> routes)
    {
        foreach (ConfStatement line in lines)
        {
            if (!reading.Admit(line)) continue;
            if (line.Block is not null)
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", "A route takes no block.");
            else if (ReadLine(reading, line, isStatic) is { } route) routes.Add(new RouteLine(route, line.Keyword));
        }
    }

    private static RouteEntry? ReadLine(ConfReading reading, ConfStatement line, bool isStatic)
    {
        var words = new LineWords(reading, line.Words, "a route");
        var draft = new Draft(words, isStatic);
        while (words.TryNext(out ConfWord option)) ReadOption(draft, option);
        if (draft.Destination is null && !words.Failed)
            words.Error("MissingValue", line.Keyword, "A route needs a destination; for all write `default`.");
        if (words.Failed) return null;
        RouteEntry route = draft.Finish(line.Keyword);
        return words.Failed ? null : route;
    }

    private static void ReadOption(Draft draft, ConfWord option)
    {
        if (draft.Hop is not null && ReadHopOption(draft, option)) return;
        switch (option.Text)
        {
            case "inet" or "inet6":
                draft.Join(option, option.Text == "inet6" ? 6 : 4);
                break;
            case "src":
                if (draft.Words.TryValue(option, out ConfWord source) && draft.Words.TryAddress(source, out IPAddress? preferred))
                {
                    draft.Join(source, Networks.FamilyOf(preferred));
                    draft.Route = draft.Route with { PreferredSource = preferred };
                }
                break;
            case "via" or "gw":
                if (option.Text == "gw") draft.Words.Reading.Warning("Deprecated", option, "`gw` is deprecated: write `via`.");
                if (Gateway(draft, option) is { } gateway) draft.Route = draft.Route with { Gateway = gateway };
                break;
            case "or":
                ReadOr(draft, option);
                break;
            case "nexthop":
                draft.BeginHop(option);
                break;
            case "from":
                if (draft.Words.TryValue(option, out ConfWord value) && draft.Words.TryNetwork(value, out IPNetwork? from, out int family))
                {
                    draft.Join(value, family);
                    draft.Route = draft.Route with { From = from };
                }
                break;
            case "dev" or "oif":
                if (draft.Words.TryValue(option, out ConfWord device)) draft.Route = draft.Route with { Device = device.Text };
                break;
            case "add" or "append" or "prepend":
                draft.Route = draft.Route with
                {
                    Insertion = option.Text switch { "add" => RouteInsertion.Add, "append" => RouteInsertion.Append, _ => RouteInsertion.Prepend },
                };
                break;
            case "as":
                draft.Words.Error("NotSupported", option, "`as to` translates MPLS labels or addresses, which keepalived does not do either.");
                _ = draft.Words.Skip("to");
                _ = draft.Words.TryNext(out _);
                break;
            case "encap":
                if (Encapsulation(draft.Words, option) is { } tunnel) draft.Route = draft.Route with { Encapsulation = tunnel };
                break;
            default:
                if (!ReadScalar(draft, option) && !ReadMetric(draft, option)) ReadDestination(draft, option);
                break;
        }
    }

    private static bool ReadScalar(Draft draft, ConfWord option)
    {
        LineWords words = draft.Words;
        RouteEntry route = draft.Route;
        switch (option.Text)
        {
            case "tos" or "dsfield":
                route = route with { Tos = (int)(words.Named(option, IprouteTable.DsField) ?? 0) };
                break;
            case "table":
                route = route with { Table = words.Named(option, IprouteTable.Tables) is not 0 and { } table ? table : null };
                break;
            case "vrf":
                route = route with { Vrf = words.TryValue(option, out ConfWord vrf) ? vrf.Text : null };
                break;
            case "protocol":
                draft.ProtocolWord = option;
                route = route with { Protocol = (int?)words.Named(option, IprouteTable.Protocols) };
                break;
            case "scope":
                route = route with { Scope = (int?)words.Named(option, IprouteTable.Scopes) };
                break;
            case "metric" or "priority" or "preference":
                route = route with { Metric = words.Number(option, uint.MaxValue) };
                break;
            case "onlink":
                route = route with { OnLink = true };
                break;
            case "expires":
                draft.Join(option, 6);
                route = route with { Expires = words.Number(option, int.MaxValue, 1) is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
                break;
            case "pref":
                draft.Join(option, 6);
                route = route with { Preference = Preference(words, option) };
                break;
            case "realms":
                draft.Join(option, 4);
                route = route with { Realms = words.Realms(option) };
                break;
            case "ttl-propagate":
                route = route with { TtlPropagate = Choice(words, option, "enabled", "disabled") };
                break;
            case "no_track":
                route = route with { NoTrack = true };
                break;
            case "track_group" when draft.IsStatic:
                if (words.TryValue(option, out ConfWord group)) route = route with { TrackGroup = group.Text };
                break;
            default:
                return false;
        }

        draft.Route = route;
        return true;
    }

    /// <summary>What is no option is the destination, with its type before it.</summary>
    private static void ReadDestination(Draft draft, ConfWord word)
    {
        LineWords words = draft.Words;
        ConfWord option = word;
        if (word.Text == "to" && !words.TryValue(option, out word)) return;
        if (Kind(words, word) is { } kind)
        {
            draft.Route = draft.Route with { Kind = kind };
            if (!words.TryValue(word, out word)) return;
        }

        if (word.Text.AsSpan().IndexOfAny('.', ':') < 0 && word.Text is not ("default" or "any" or "all" or "default6"))
        {
            words.Unknown(word, Options);
            return;
        }

        if (!words.TryNetwork(word, out IPNetwork? destination, out int family)) return;
        draft.Join(word, family);
        draft.Destination = word;
        draft.Route = draft.Route with { Destination = destination };
    }

    private static RouteKind? Kind(LineWords words, ConfWord word)
    {
        if (Kinds.TryGetValue(word.Text, out RouteKind kind)) return kind;
        if (word.Text == "xresolve")
        {
            words.Error("NotSupported", word, "`xresolve` routes were never built into the kernel.");
            return RouteKind.Unicast;
        }

        if (!IprouteNames.TryNumber(word.Text, out ulong number)) return null;
        if (number is >= 1 and <= 10) return (RouteKind)number;
        words.Error("ValueOutOfRange", word, $"`{word.Text}` is no type of a route: a number from 1 to 10, or {string.Join(", ", Kinds.Keys)}.");
        return RouteKind.Unicast;
    }

    private static RoutePreference? Preference(LineWords words, ConfWord option)
    {
        if (!words.TryValue(option, out ConfWord value)) return null;
        switch (value.Text)
        {
            case "medium" or "0":
                return RoutePreference.Medium;
            case "high" or "1":
                return RoutePreference.High;
            case "low" or "3":
                return RoutePreference.Low;
            default:
                words.Error("UnknownValue", value, $"`{value.Text}` is no preference of a route; known: low, medium, high.");
                return null;
        }
    }

    private static bool? Choice(LineWords words, ConfWord option, string yes, string no)
    {
        if (!words.TryValue(option, out ConfWord value)) return null;
        if (value.Text == yes || value.Text == no) return value.Text == yes;
        words.Error("UnknownValue", value, $"`{value.Text}` is no value of `{option.Text}`; known: {(yes == no ? yes : $"{yes}, {no}")}.");
        return null;
    }

    /// <summary>A route while its line is read.</summary>
    private sealed class Draft(LineWords words, bool isStatic)
    {
        private int family;

        public LineWords Words => words;

        public bool IsStatic => isStatic;

        public RouteEntry Route { get; set; } = new();

        public List<RouteNextHop> Hops { get; } = [];

        /// <summary>The next hop that is being read.</summary>
        public RouteNextHop? Hop { get; set; }

        public ConfWord? Destination { get; set; }

        public ConfWord? ProtocolWord { get; set; }

        /// <summary>0: nothing has said it yet.</summary>
        public int Family => family;

        /// <summary>Something says the route's family (0: nothing); all must say the same.</summary>
        public void Join(ConfWord word, int said)
        {
            if (said == 0) return;
            if (family == 0) family = said;
            else if (family != said)
                words.Error("MixedFamilies", word, $"`{word.Text}` is of IPv{said}, and the route is of IPv{family} by what stands before it.");
        }

        public void BeginHop(ConfWord option)
        {
            if (Hops.Count > 0 && Hop is null) words.Error("Contradiction", option, "A route with `or` has its ways already: write them all with `nexthop`.");
            EndHop();
            Hop = new RouteNextHop();
        }

        public void EndHop()
        {
            if (Hop is not null) Hops.Add(Hop);
            Hop = null;
        }

        public RouteEntry Finish(ConfWord first)
        {
            EndHop();
            RouteEntry route = Route with { Family = family == 0 ? 4 : family };
            if (Hops.Count > 0) route = WithHops(route, first);
            if (route.Protocol == KeepalivedProtocol) route = route with { Protocol = null };
            if (route.Protocol is not null && !route.NoTrack)
            {
                words.Reading.Warning("Ignored", ProtocolWord ?? first,
                    "A route that is watched has protocol 18 (keepalived), by which it is known: `protocol` is ignored. Say `no_track` to have another.");
                route = route with { Protocol = null };
            }

            return route;
        }

        // The kernel wants what stands before the next hops to be what every one of them says.
        private RouteEntry WithHops(RouteEntry route, ConfWord first)
        {
            if (route.Gateway is not null) words.Error("Contradiction", first, "`via` stands beside `nexthop`: each way has its own gateway.");
            if (route.Encapsulation is not null) words.Error("Contradiction", first, "`encap` stands beside `nexthop`: each way has its own.");
            return route with
            {
                Device = null,
                OnLink = false,
                Realms = null,
                NextHops = Hops.Select(h => h with
                {
                    Device = h.Device ?? route.Device,
                    OnLink = h.OnLink || route.OnLink,
                    Realms = h.Realms ?? route.Realms,
                }).ToValueList(),
            };
        }
    }
}
