using System.Globalization;
using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary>A line of virtual_rules or static_rules, and the word it begins with.</summary>
internal sealed record RuleLine(RuleEntry Rule, ConfWord Word);

/// <summary>The lines of <c>virtual_rules</c> and <c>static_rules</c>, in the words of <c>ip rule</c>.</summary>
internal static class RuleLines
{
    /// <summary>keepalived's first own choice of a preference; each further one is one less.</summary>
    private const uint FirstPreference = 16384;

    private static readonly Dictionary<string, RuleAction> Actions = new(StringComparer.Ordinal)
    {
        ["goto"] = RuleAction.Goto,
        ["nop"] = RuleAction.Nop,
        ["blackhole"] = RuleAction.Blackhole,
        ["unreachable"] = RuleAction.Unreachable,
        ["prohibit"] = RuleAction.Prohibit,
    };

    private static readonly string[] Options =
    [
        "from", "to", "iif", "dev", "oif", "fwmark", "table", "lookup", "tos", "dsfield", "preference", "order", "priority", "realms", "type",
        "suppress_prefixlength", "sup_pl", "suppress_ifgroup", "sup_group", "tunnel-id", "uidrange", "l3mdev", "protocol", "ipproto", "sport", "dport",
        "not", "inet", "inet6", "no_track", "track_group", .. Actions.Keys,
    ];

    // The usual names of /etc/protocols.
    private static readonly Dictionary<string, int> Protocols = new(StringComparer.OrdinalIgnoreCase)
    {
        ["icmp"] = 1,
        ["igmp"] = 2,
        ["ipencap"] = 4,
        ["tcp"] = 6,
        ["egp"] = 8,
        ["igp"] = 9,
        ["udp"] = 17,
        ["dccp"] = 33,
        ["ipv6"] = 41,
        ["rsvp"] = 46,
        ["gre"] = 47,
        ["esp"] = 50,
        ["ah"] = 51,
        ["ipv6-icmp"] = 58,
        ["icmpv6"] = 58,
        ["eigrp"] = 88,
        ["ospf"] = 89,
        ["ipip"] = 94,
        ["pim"] = 103,
        ["vrrp"] = 112,
        ["l2tp"] = 115,
        ["sctp"] = 132,
        ["udplite"] = 136,
    };

    public static void Read(ConfReading reading, List<ConfStatement> lines, bool isStatic, List<RuleLine> rules)
    {
        foreach (ConfStatement line in lines)
        {
            if (!reading.Admit(line)) continue;
            if (line.Block is not null)
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", "A rule takes no block.");
            else if (ReadLine(reading, line, isStatic) is { } rule) rules.Add(new RuleLine(rule, line.Keyword));
        }
    }

    /// <summary>
    /// Gives those rules a preference that have none, in the order in which they stand in the file, since that is keepalived's order, too.
    /// </summary>
    public static void GivePreferences(ConfReading reading, IReadOnlyList<List<RuleLine>> lists)
    {
        if (lists.All(l => l.Count == 0)) return;
        uint four = FirstPreference, six = FirstPreference;
        var without = from list in lists
                      from i in Enumerable.Range(0, list.Count)
                      where list[i].Rule.Preference is null
                      orderby list[i].Word.Position.Line, list[i].Word.Position.Column
                      select (list, i);
        foreach ((List<RuleLine> list, int i) in without.ToArray())
        {
            uint preference = list[i].Rule.Family == 6 ? six-- : four--;
            list[i] = list[i] with { Rule = list[i].Rule with { Preference = preference } };
            reading.Warning("NoPreference", list[i].Word,
                $"A rule without a preference gets {preference}, as with keepalived: the rule before goes after it. That is probably not what is meant.");
        }
    }

    private static RuleEntry? ReadLine(ConfReading reading, ConfStatement line, bool isStatic)
    {
        var words = new LineWords(reading, line.Words, "a rule");
        var draft = new Draft(words, isStatic);
        while (words.TryNext(out ConfWord option))
        {
            if (!ReadSelector(draft, option) && !ReadEffect(draft, option)) ReadAction(draft, option);
        }

        if (!draft.HasAction && !words.Failed)
            words.Error("MissingValue", line.Keyword, "A rule needs an action: a `table`, `goto`, `nop`, `blackhole`, `unreachable`, `prohibit` or `l3mdev`.");
        if (words.Failed) return null;
        RuleEntry rule = draft.Rule with { Family = draft.Family == 0 ? 4 : draft.Family };
        if (rule.Protocol == RouteLines.KeepalivedProtocol) rule = rule with { Protocol = null };
        if (rule.Protocol is null || rule.NoTrack) return rule;
        reading.Warning("Ignored", draft.ProtocolWord ?? line.Keyword,
            "A rule that is watched has protocol 18 (keepalived), by which it is known: `protocol` is ignored. Say `no_track` to have another.");
        return rule with { Protocol = null };
    }

    /// <summary>What packets it is for.</summary>
    private static bool ReadSelector(Draft draft, ConfWord option)
    {
        LineWords words = draft.Words;
        RuleEntry rule = draft.Rule;
        switch (option.Text)
        {
            case "inet" or "inet6":
                draft.Join(option, option.Text == "inet6" ? 6 : 4);
                return true;
            case "not":
                rule = rule with { Not = true };
                break;
            case "from":
                rule = rule with { From = Network(draft, option) };
                break;
            case "to":
                rule = rule with { To = Network(draft, option) };
                break;
            case "iif" or "dev":
                if (words.TryValue(option, out ConfWord input)) rule = rule with { InputInterface = input.Text };
                break;
            case "oif":
                if (words.TryValue(option, out ConfWord output)) rule = rule with { OutputInterface = output.Text };
                break;
            case "tos" or "dsfield":
                rule = rule with { Tos = (int)(words.Named(option, IprouteTable.DsField) ?? 0) };
                break;
            case "fwmark":
                rule = WithMark(words, option, rule);
                break;
            case "tunnel-id":
                rule = rule with { TunnelId = words.LongNumber(option) };
                break;
            case "uidrange":
                rule = rule with { Users = Range(words, option, uint.MaxValue) };
                break;
            case "ipproto":
                rule = rule with { IpProtocol = IpProtocol(words, option) };
                break;
            case "sport":
                rule = rule with { SourcePorts = Range(words, option, ushort.MaxValue) };
                break;
            case "dport":
                rule = rule with { DestinationPorts = Range(words, option, ushort.MaxValue) };
                break;
            default:
                return false;
        }

        draft.Rule = rule;
        return true;
    }

    /// <summary>What becomes of them, the action apart.</summary>
    private static bool ReadEffect(Draft draft, ConfWord option)
    {
        LineWords words = draft.Words;
        RuleEntry rule = draft.Rule;
        switch (option.Text)
        {
            case "preference" or "order" or "priority":
                rule = rule with { Preference = words.AnyNumber(option) };
                break;
            case "table" or "lookup":
                draft.Act(option);
                uint? table = words.Named(option, IprouteTable.Tables);
                if (table == 0) words.Error("ValueOutOfRange", option, "There is no table 0 to look into.");
                rule = rule with { Table = table };
                break;
            case "l3mdev":
                draft.Act(option);
                rule = rule with { L3MasterDevice = true };
                break;
            case "realms":
                draft.Join(option, 4);
                rule = rule with { Realms = words.Realms(option) };
                break;
            case "suppress_prefixlength" or "sup_pl":
                rule = rule with { SuppressPrefixLength = (int?)words.Number(option, int.MaxValue) };
                break;
            case "suppress_ifgroup" or "sup_group":
                rule = rule with { SuppressInterfaceGroup = words.Named(option, IprouteTable.Groups) };
                break;
            case "protocol":
                draft.ProtocolWord = option;
                rule = rule with { Protocol = (int?)words.Named(option, IprouteTable.Protocols) };
                break;
            case "no_track":
                rule = rule with { NoTrack = true };
                break;
            case "track_group" when draft.IsStatic:
                if (words.TryValue(option, out ConfWord group)) rule = rule with { TrackGroup = group.Text };
                break;
            default:
                return false;
        }

        draft.Rule = rule;
        return true;
    }

    private static void ReadAction(Draft draft, ConfWord word)
    {
        LineWords words = draft.Words;
        bool named = word.Text == "type";
        if (named && !words.TryValue(word, out word)) return;
        RuleAction action;
        if (IprouteNames.TryNumber(word.Text, out ulong number) && number is 6 or 7 or 8) action = (RuleAction)number;
        else if (!Actions.TryGetValue(word.Text, out action))
        {
            if (named) words.Error("UnknownValue", word, $"`{word.Text}` is no action of a rule; known: {string.Join(", ", Actions.Keys)}.");
            else words.Unknown(word, Options);
            return;
        }

        draft.Act(word);
        draft.Rule = draft.Rule with { Action = action };
        if (action == RuleAction.Goto) draft.Rule = draft.Rule with { Target = words.Number(word, uint.MaxValue) };
    }

    private static IPNetwork? Network(Draft draft, ConfWord option)
    {
        if (!draft.Words.TryValue(option, out ConfWord value) || !draft.Words.TryNetwork(value, out IPNetwork? network, out int family)) return null;
        draft.Join(value, family);
        return network;
    }

    // MARK[/MASK], each decimal, hexadecimal or octal.
    private static RuleEntry WithMark(LineWords words, ConfWord option, RuleEntry rule)
    {
        if (!words.TryValue(option, out ConfWord value)) return rule;
        string[] parts = value.Text.Split('/');
        uint? mark = Number(parts[0]);
        uint? mask = parts.Length == 2 ? Number(parts[1]) : null;
        if (mark is null || parts.Length > 2 || (parts.Length == 2 && mask is null))
            words.Error("InvalidNumber", value, $"`{value.Text}` is no mark: MARK[/MASK], each a number up to {uint.MaxValue} (0x… for hexadecimal).");
        return rule with { Mark = mark, MarkMask = mask };

        static uint? Number(string text) => IprouteNames.TryNumber(text, out ulong number) && number <= uint.MaxValue ? (uint)number : null;
    }

    private static NumberRange? Range(LineWords words, ConfWord option, uint most)
    {
        if (!words.TryValue(option, out ConfWord value)) return null;
        string[] ends = value.Text.Split('-');
        if (ends.Length <= 2 && End(ends[0]) is { } first && End(ends[^1]) is { } last && first <= last) return new NumberRange(first, last);
        words.Error("ValueOutOfRange", value, $"`{value.Text}` is no value of `{option.Text}`: FIRST-LAST or one number, up to {most}.");
        return null;

        uint? End(string text) =>
            uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number <= most ? number : null;
    }

    private static int? IpProtocol(LineWords words, ConfWord option)
    {
        if (!words.TryValue(option, out ConfWord value)) return null;
        if (Protocols.TryGetValue(value.Text, out int named)) return named;
        if (byte.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out byte number)) return number;
        words.Error("UnknownValue", value,
            $"`{value.Text}` is no IP protocol: a number up to 255, or {string.Join(", ", Protocols.Keys)}.{words.Reading.Suggest(value.Text, Protocols.Keys)}");
        return null;
    }

    /// <summary>A rule while its line is read.</summary>
    private sealed class Draft(LineWords words, bool isStatic)
    {
        public LineWords Words => words;

        public bool IsStatic => isStatic;

        public RuleEntry Rule { get; set; } = new() { Family = 4 };

        public bool HasAction { get; private set; }

        public ConfWord? ProtocolWord { get; set; }

        /// <summary>0: nothing has said it yet.</summary>
        public int Family { get; private set; }

        public void Join(ConfWord word, int said)
        {
            if (said == 0) return;
            if (Family == 0) Family = said;
            else if (Family != said)
                words.Error("MixedFamilies", word, $"`{word.Text}` is of IPv{said}, and the rule is of IPv{Family} by what stands before it.");
        }

        public void Act(ConfWord word)
        {
            if (HasAction)
                words.Error("Contradiction", word,
                    "A rule has one action: `table`, `goto`, `nop`, `blackhole`, `unreachable`, `prohibit` or `l3mdev`.");
            HasAction = true;
        }
    }
}
