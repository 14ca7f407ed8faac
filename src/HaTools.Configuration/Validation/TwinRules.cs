using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Routes, or rules, that are written twice, or that the kernel tells from one another by nothing.</summary>
/// <remarks>
/// Several instances may have the very same one: it is there while any of them is master. Which way packets take where two differ in nothing that the kernel
/// goes by depends on which was put there last, and that changes when one is put back.
/// </remarks>
internal abstract class TwinRules<T>(RuleFindings findings, string kind) where T : notnull
{
    private readonly Dictionary<Writing, ModelPath> written = [];
    private readonly Dictionary<T, ModelPath> statics = [];
    private readonly Dictionary<T, First> firsts = [];

    /// <summary>Looks at one; what is static comes before all others.</summary>
    /// <param name="path">Where it stands.</param>
    /// <param name="one">The route or rule.</param>
    /// <param name="instance">The instance that it follows; null: it is static.</param>
    public void Check(ModelPath path, T one, VrrpInstance? instance)
    {
        string what = kind.ToLowerInvariant();
        T content = ContentOf(one);
        var writing = new Writing(instance, content);
        if (!written.TryAdd(writing, path))
        {
            findings.Warning($"Duplicate{kind}", path, $"{one}", $"This {what} stands here already.", written[writing]);
            return;
        }

        if (instance is null)
        {
            statics.Add(content, path);
        }
        else if (statics.TryGetValue(content, out ModelPath? fixedOne))
        {
            findings.Warning("StaticAndVirtual", path, $"{one}", $"This {what} is static, too: it is there whether `{instance.Name}` is master or not.", fixedOne);
            return;
        }

        T identity = IdentityOf(content);
        var first = new First(content, path, instance);
        if (firsts.TryAdd(identity, first)) return;
        first = firsts[identity];
        if (first.Content.Equals(content) || !Compete(first.Content, content)) return;
        string when = first.Instance == instance ? ""
            : first.Instance is null || instance is null ? $"While `{(instance ?? first.Instance)!.Name}` is master, "
            : $"While `{first.Instance.Name}` and `{instance.Name}` are both master, ";
        string sentence = Consequence;
        findings.Warning($"Competing{kind}", path, $"{one}", when + (when.Length == 0 ? char.ToUpperInvariant(sentence[0]) : sentence[0]) + sentence[1..], first.Path);
    }

    /// <summary>All that the kernel is told of it.</summary>
    protected abstract T ContentOf(T one);

    /// <summary>What the kernel tells it from others by, and nothing else.</summary>
    protected abstract T IdentityOf(T one);

    /// <summary>Whether two of the same identity get in each other's way.</summary>
    protected virtual bool Compete(T first, T second) => true;

    /// <summary>What becomes of two of the same identity, and what to do about it: a sentence that begins with a small letter.</summary>
    protected abstract string Consequence { get; }

    /// <summary>0.0.0.0/0 and ::/0 are what is not said.</summary>
    protected static IPNetwork? Normal(IPNetwork? network) => network is { PrefixLength: 0 } ? null : network;

    private sealed class Writing(VrrpInstance? instance, T content) : IEquatable<Writing>
    {
        private readonly VrrpInstance? instance = instance;
        private readonly T content = content;

        // Instances by what they are in memory: two may have one name, which is told elsewhere.
        public bool Equals(Writing? other) => other is not null && ReferenceEquals(instance, other.instance) && content.Equals(other.content);

        public override bool Equals(object? obj) => Equals(obj as Writing);

        public override int GetHashCode() => HashCode.Combine(instance is null ? 0 : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(instance), content);
    }

    private sealed record First(T Content, ModelPath Path, VrrpInstance? Instance);
}

/// <summary>
/// To the kernel a route is its destination, table, type of service and metric (net/ipv4/fib_trie.c, fib_table_insert; of IPv6 its source too, and no type of service:
/// net/ipv6/ip6_fib.c, fib6_add_rt2node).
/// </summary>
internal sealed class TwinRoutes(RuleFindings findings) : TwinRules<RouteEntry>(findings, "Route")
{
    private const uint MainTable = 254;
    private const uint MetricOfIpv6 = 1024;

    protected override string Consequence =>
        "the kernel has two routes that it tells apart by nothing (destination, table, type of service and metric agree), and goes by the one that came last, or over "
        + "IPv6 by both: give them different metrics, or make them one route with a `nexthop` for each way.";

    protected override RouteEntry ContentOf(RouteEntry one) => one with { NoTrack = false, TrackGroup = null };

    protected override RouteEntry IdentityOf(RouteEntry one) => new()
    {
        Family = one.Family,
        Destination = Normal(one.Destination),
        From = one.Family == 6 ? Normal(one.From) : null,
        Table = one.Vrf is null ? one.Table ?? MainTable : null,
        Vrf = one.Vrf,
        Tos = one.Family == 4 ? one.Tos : 0,
        Metric = one.Family == 6 && one.Metric is null or 0 ? MetricOfIpv6 : one.Metric ?? 0,
    };

    /// <summary>Whoever says that one goes behind the other has said which counts; IPv6 knows no such order.</summary>
    protected override bool Compete(RouteEntry first, RouteEntry second) =>
        first.Family == 6 || first.Insertion == second.Insertion || first.Insertion == RouteInsertion.Add || second.Insertion == RouteInsertion.Add;
}

/// <summary>To the kernel <c>not</c>, the rule that <c>goto</c> leads to and the protocol make no other rule (net/core/fib_rules.c, rule_exists).</summary>
internal sealed class TwinPolicies(RuleFindings findings) : TwinRules<RuleEntry>(findings, "Rule")
{
    protected override string Consequence =>
        "the kernel refuses one of the two while the other is there, since they differ in nothing that it tells rules by (`not`, the target of `goto` and the protocol are "
        + "none of that): give them different preferences.";

    protected override RuleEntry ContentOf(RuleEntry one) => one with { NoTrack = false, TrackGroup = null };

    protected override RuleEntry IdentityOf(RuleEntry one) => one with
    {
        Not = false,
        Target = null,
        Protocol = null,
        From = Normal(one.From),
        To = Normal(one.To),
        Mark = one.Mark ?? 0,
        MarkMask = one.MarkMask ?? (one.Mark is null or 0 ? 0 : uint.MaxValue),
        TunnelId = one.TunnelId ?? 0,
        IpProtocol = one.IpProtocol ?? 0,
        Realms = one.Realms ?? 0,
    };
}
