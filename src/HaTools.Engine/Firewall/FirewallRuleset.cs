using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Engine.VirtualInterfaces;

namespace HaTools.Engine.Firewall;

/// <summary>
/// The rules that a configuration needs, as a text for <c>nft -f -</c>. They do not depend on who is master: they stand the whole time, and a takeover
/// waits for none of them. Pure.
/// </summary>
internal sealed class FirewallRuleset : IFirewallRuleset
{
    private readonly string node;
    private readonly FirewallSettings settings;
    private readonly List<IPAddress> refused = [];
    private readonly List<(IPAddress Address, string Interface)> refusedLinkLocal = [];
    private readonly HashSet<(IPAddress Address, string Interface)> unforwarded = [];
    private readonly List<PlannedInterface> quiet = [];
    private bool movesIgmp;

    private FirewallRuleset(string table, string node, FirewallSettings settings) => (Table, this.node, this.settings) = (table, node, settings);

    public string Table { get; }

    public IEnumerable<string> Families
    {
        get
        {
            if (NeedsIpv4 || unforwarded.Any(u => IsIpv4(u.Address))) yield return "ip";
            if (NeedsIpv6 || unforwarded.Any(u => !IsIpv4(u.Address))) yield return "ip6";
        }
    }

    /// <summary>
    /// Whether it is there for what a switch floods and for nothing else: a host without nftables does without it, as with keepalived, where no
    /// reports are to be moved (<c>disable_local_igmp</c>).
    /// </summary>
    public bool IsGuardAlone => !NeedsIpv4 && !NeedsIpv6;

    public IEnumerable<string> Parents => quiet.Select(q => q.Parent).Distinct();

    public string Mark => MarkOf(node);

    /// <summary>Makes the rules.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="plan">Its virtual interfaces.</param>
    /// <param name="former">The virtual interfaces that stand until the configuration is in force.</param>
    /// <param name="node">The node's name.</param>
    /// <returns>Null: it needs none.</returns>
    public static FirewallRuleset? Make(HaConfiguration configuration, VirtualInterfacePlan plan, VirtualInterfacePlan former, string node)
    {
        var rules = new FirewallRuleset(TableOf(configuration, node), node, configuration.Firewall) { movesIgmp = !configuration.DisableLocalIgmp };
        foreach (VrrpInstance instance in configuration.VrrpInstances)
        {
            rules.Unforward(instance, plan);
            // The owner's addresses are the host's own (RFC 9568 section 6.1, Accept_Mode).
            if (instance.Accept || instance.Priority == 255) continue;
            foreach (VirtualAddress address in instance.VirtualAddresses.Concat(instance.ExcludedAddresses))
            {
                if (address.Address.IsIPv6LinkLocal) rules.refusedLinkLocal.Add((address.Address, plan.CarrierOf(instance, address)));
                else if (!rules.refused.Contains(address.Address)) rules.refused.Add(address.Address);
            }
        }

        rules.quiet.AddRange(plan.Interfaces.Concat(former.Interfaces.Where(f => plan.Find(f.Name) is null))
            .Where(i => i.Kind == VirtualInterfaceKind.Macvlan));
        return rules.Families.Any() ? rules : null;
    }

    /// <summary>The name of the table of a node.</summary>
    public static string TableOf(HaConfiguration configuration, string node) =>
        configuration.Firewall.Table ?? "hatools_" + string.Concat(node.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    public static string MarkOf(string node) => $"made by HaTools node {node}";

    public string Text(FirewallPlace place, bool canDuplicate)
    {
        var text = new StringBuilder();
        foreach (string family in Families)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"table {family} {Table} {{\n  comment \"{Mark}\"\n");
            if (family == "ip") WriteIpv4(text, place, canDuplicate);
            else WriteIpv6(text, place, canDuplicate);
            _ = text.Append("}\n");
        }

        return text.ToString();
    }

    /// <summary>The text that deletes tables of a name, whether they are there or not.</summary>
    public static string DeletionText(string table, IEnumerable<string> families) =>
        string.Concat(families.Select(f => $"table {f} {table}\ndelete table {f} {table}\n"));

    /// <summary>
    /// RFC 9568 section 6.4.2: a backup MUST discard what is sent to the virtual MAC address. Its macvlan is up, since it hears the master by it, and takes what a
    /// switch floods; with forwarding on, each backup would send a packet to a virtual address back to the wire, to be flooded again. Where the address
    /// stands a packet to it is never forwarded, so that the rule needs not know who is master.
    /// </summary>
    private void Unforward(VrrpInstance instance, VirtualInterfacePlan plan)
    {
        foreach (VirtualAddress address in instance.VirtualAddresses.Concat(instance.ExcludedAddresses))
        {
            string carrier = plan.CarrierOf(instance, address);
            // The kernel forwards nothing to link-local addresses.
            if (plan.Find(carrier)?.Kind == VirtualInterfaceKind.Macvlan && !address.Address.IsIPv6LinkLocal)
                _ = unforwarded.Add((address.Address, carrier));
        }
    }

    private bool NeedsIpv4 => refused.Any(IsIpv4) || (movesIgmp && quiet.Count > 0);

    private bool NeedsIpv6 => refused.Any(a => !IsIpv4(a)) || refusedLinkLocal.Count > 0 || quiet.Any(q => q.HasIpv6);

    private static bool IsIpv4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork;

    private string Drop => settings.Counters ? "counter drop" : "drop";

    private void WriteIpv4(StringBuilder text, FirewallPlace place, bool canDuplicate)
    {
        IPAddress[] vips = [.. refused.Where(IsIpv4)];
        if (vips.Length > 0)
        {
            Line(text, $"  set vips {{ type ipv4_addr; elements = {{ {string.Join(", ", vips.AsEnumerable())} }}; }}");
            Line(text, $"  chain in {{ type filter hook input priority {settings.Priority}; policy accept;");
            Line(text, $"    ip daddr @vips {Drop}\n  }}");
        }

        WriteUnforwarded(text, "ip", "ipv4_addr", unforwarded.Where(u => IsIpv4(u.Address)));
        if (!movesIgmp || quiet.Count == 0) return;

        // A switch that hears a report, of whichever router, would send frames for the virtual MAC address there.
        WriteMove(text, "ip", "vmac_igmp", place, canDuplicate);
        Line(text, $"  chain out {{ type filter hook output priority {settings.Priority}; policy accept;");
        Line(text, "    ip protocol igmp goto vmac_igmp\n  }");
    }

    private void WriteIpv6(StringBuilder text, FirewallPlace place, bool canDuplicate)
    {
        IPAddress[] vips = [.. refused.Where(a => !IsIpv4(a))];
        if (vips.Length > 0) Line(text, $"  set vips {{ type ipv6_addr; elements = {{ {string.Join(", ", vips.AsEnumerable())} }}; }}");
        if (refusedLinkLocal.Count > 0)
        {
            string elements = string.Join(", ", refusedLinkLocal.Select(l => $"{l.Address} . \"{l.Interface}\""));
            Line(text, $"  set vips_link_local {{ type ipv6_addr . ifname; elements = {{ {elements} }}; }}");
        }

        if (vips.Length > 0 || refusedLinkLocal.Count > 0)
        {
            Line(text, $"  chain in {{ type filter hook input priority {settings.Priority}; policy accept;");

            // RFC 9568 section 6.1: whatever Accept_Mode is, these are never dropped.
            Line(text, "    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept");
            if (refusedLinkLocal.Count > 0) Line(text, $"    ip6 daddr . iifname @vips_link_local {Drop}");
            if (vips.Length > 0) Line(text, $"    ip6 daddr @vips {Drop}");
            Line(text, "  }");
        }

        WriteUnforwarded(text, "ip6", "ipv6_addr", unforwarded.Where(u => !IsIpv4(u.Address)));
        PlannedInterface[] speaking = [.. quiet.Where(q => q.HasIpv6)];
        if (speaking.Length == 0) return;
        WriteMove(text, "ip6", "vmac_mld", place, canDuplicate);
        Line(text, $"  chain out {{ type filter hook output priority {settings.Priority}; policy accept;");
        Line(text, "    icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report } goto vmac_mld");
        Line(text, $"    icmpv6 type nd-router-solicit oifname {{ {string.Join(", ", speaking.Select(q => $"\"{q.Name}\""))} }} {Drop}");
        string[] parents = [.. speaking.Where(q => place.SharedAddresses.ContainsKey(q.Name))
            .Select(q => $"{place.SharedAddresses[q.Name]} . \"{q.Name}\"")];
        if (parents.Length > 0)
            Line(text, $"    icmpv6 type nd-neighbor-advert ip6 saddr . oifname {{ {string.Join(", ", parents)} }} {Drop}");
        Line(text, "  }");
    }

    private void WriteUnforwarded(StringBuilder text, string family, string type, IEnumerable<(IPAddress Address, string Interface)> ofFamily)
    {
        string[] elements = [.. ofFamily.Select(u => $"{u.Address} . \"{u.Interface}\"")];
        if (elements.Length == 0) return;
        Line(text, $"  set vips_vmac {{ type {type} . ifname; elements = {{ {string.Join(", ", elements)} }}; }}");
        Line(text, $"  chain forward {{ type filter hook forward priority {settings.Priority}; policy accept;");
        Line(text, $"    {family} daddr . iifname @vips_vmac {Drop}\n  }}");
    }

    private void WriteMove(StringBuilder text, string family, string chain, FirewallPlace place, bool canDuplicate)
    {
        Line(text, $"  chain {chain} {{");
        foreach (PlannedInterface planned in quiet.Where(q => family == "ip" || q.HasIpv6))
        {
            bool canMove = canDuplicate && place.Interfaces.ContainsKey(planned.Parent);
            string move = canMove ? $"dup to {family} daddr device \"{planned.Parent}\" " : "";
            Line(text, $"    oifname \"{planned.Name}\" {move}{Drop}");
        }

        Line(text, "  }");
    }

    private static void Line(StringBuilder text, string line) => _ = text.Append(line).Append('\n');
}

/// <summary>What rules need to know of the host.</summary>
/// <param name="SharedAddresses">
/// By the name of a virtual interface the address that its parent has, too: the parent alone speaks of it (neighbour advertisements).
/// </param>
/// <param name="Interfaces">The host's interfaces with their indexes, which rules hold in place of names.</param>
internal sealed record FirewallPlace(IReadOnlyDictionary<string, IPAddress> SharedAddresses, IReadOnlyDictionary<string, int> Interfaces);
