using System.Globalization;
using System.Text;
using HaTools.Configuration;

namespace HaTools.Engine.Firewall;

/// <summary>
/// The rules that mark packets to the addresses of groups (<see cref="GroupMarkSettings"/>), matched and named as keepalived's are (check_nftables.c): a map of address and port to mark for each
/// protocol, looked up at the input hook. What the host itself sends does not pass there. Pure.
/// </summary>
internal sealed class GroupMarkRuleset : IFirewallRuleset
{
    private static readonly string[] AllFamilies = ["ip", "ip6"];

    private readonly GroupMarkSettings settings;
    private readonly bool counts;

    /// <summary>By family and protocol.</summary>
    private readonly SortedDictionary<(string Family, TransportProtocol Protocol), List<(VirtualServerGroupMember Member, uint Mark)>> maps = [];

    private GroupMarkRuleset(string node, GroupMarkSettings settings, bool counts)
    {
        (this.settings, this.counts) = (settings, counts);
        Table = settings.Table ?? "hatools_ipvs_" + string.Concat(node.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        Mark = FirewallRuleset.MarkOf(node);
    }

    public string Table { get; }

    public IEnumerable<string> Families => AllFamilies.Where(f => maps.Keys.Any(k => k.Family == f));

    public string Mark { get; }

    public bool IsGuardAlone => false;

    public IEnumerable<string> Parents => [];

    /// <summary>Makes the rules of a configuration whose virtual servers have their marks.</summary>
    /// <returns>Null: it needs none.</returns>
    public static GroupMarkRuleset? Make(HaConfiguration configuration, string node)
    {
        if (configuration.Ipvs.GroupMarks is not { } settings) return null;
        var rules = new GroupMarkRuleset(node, settings, configuration.Firewall.Counters);
        foreach ((VirtualServer server, VirtualServerGroup group) in GroupMarks.Marked(configuration))
        {
            if (server.GroupMark is not { } mark) continue;
            foreach (VirtualServerGroupMember member in group.Members.Where(ServicePlaces.CanBeMarked))
            {
                (string, TransportProtocol) key = (Networks.FamilyOf(member.Address!) == 6 ? "ip6" : "ip", server.Protocol);
                if (!rules.maps.TryGetValue(key, out List<(VirtualServerGroupMember, uint)>? elements)) rules.maps.Add(key, elements = []);
                elements.Add((member, mark));
            }
        }

        return rules.maps.Count == 0 ? null : rules;
    }

    public string Text(FirewallPlace place, bool canDuplicate)
    {
        var text = new StringBuilder();
        foreach (string family in Families) Write(text, family);
        return text.ToString();
    }

    private void Write(StringBuilder text, string family)
    {
        Line(text, $"table {family} {Table} {{\n  comment \"{Mark}\"");
        foreach (((string, TransportProtocol Protocol) key, List<(VirtualServerGroupMember Member, uint Mark)> elements) in maps.Where(m => m.Key.Family == family))
        {
            // Without a range it is a hash table, which kernels before 5.6 have too.
            string flags = elements.Any(e => e.Member.LastAddress is not null) ? "flags interval; " : "";
            Line(text, $"  map {NameOf(key.Protocol)}_map {{ type {(family == "ip" ? "ipv4_addr" : "ipv6_addr")} . inet_service : mark; {flags}elements = {{ {string.Join(", ", elements.Select(e => Element(e.Member, e.Mark)))} }}; }}");
        }

        Line(text, $"  chain in {{ type filter hook input priority {settings.Priority}; policy accept;");
        foreach ((string Family, TransportProtocol Protocol) in maps.Keys.Where(k => k.Family == family))
            Line(text, $"    meta mark set {family} daddr . {NameOf(Protocol)} dport map @{NameOf(Protocol)}_map{(counts ? " counter" : "")}");
        Line(text, "  }\n}");
    }

    private static string Element(VirtualServerGroupMember member, uint mark) => string.Create(
        CultureInfo.InvariantCulture, $"{member.Address}{(member.LastAddress is { } last && !last.Equals(member.Address) ? $"-{last}" : "")} . {member.Port} : {mark}");

    private static string NameOf(TransportProtocol protocol) => protocol.ToString().ToLowerInvariant();

    private static void Line(StringBuilder text, string line) => _ = text.Append(line).Append('\n');
}
