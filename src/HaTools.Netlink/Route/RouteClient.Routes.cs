using System.Net.Sockets;
using HaTools.Linux;
using static HaTools.Netlink.linux_rtnetlink;

namespace HaTools.Netlink.Route;

// Routes and rules.
public sealed partial class RouteClient
{
    /// <summary>The routes of all tables, IPv4's first, in the kernel's order; entries of the cache are left out.</summary>
    /// <param name="family">Only those of a family; null: both.</param>
    /// <param name="table">Only those of a table; null: all.</param>
    /// <param name="protocol">Only those that somebody made (RTPROT_*); null: all. The kernel itself leaves the others out (from 4.20).</param>
    /// <param name="cancellation">Ends the reading; the client can be used on.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<RouteInfo> GetRoutes(
        AddressFamily? family = null, uint? table = null, byte? protocol = null, CancellationToken cancellation = default)
    {
        var routes = new List<RouteInfo>();
        foreach (AddressFamily one in Families(family))
        {
            batch.Clear();
            AttributeWriter writer = batch.Begin(RTM_GETROUTE, NetlinkFlags.Dump);
            RouteMessage.WriteGet(ref writer, one, table, protocol);
            batch.End(writer);
            IReadOnlyList<RouteInfo> read = socket.Dump(batch, DecodeRoute, out NetlinkResult result, cancellation);

            // With strict checking a table that has no route yet is an error.
            if (result.Errno == Errno.ENOENT && table is not null) continue;
            if (!result.Succeeded) throw Failure("reading the routes", null, result);
            routes.AddRange(read.Where(r => r.Family == one && (table ?? r.Table) == r.Table && (protocol ?? r.Protocol) == r.Protocol));
        }

        return routes;
    }

    /// <summary>The rules, IPv4's first, in the order in which they are asked.</summary>
    /// <param name="family">Only those of a family; null: both.</param>
    public IReadOnlyList<RuleInfo> GetRules(AddressFamily? family = null)
    {
        var rules = new List<RuleInfo>();
        foreach (AddressFamily one in Families(family))
        {
            batch.Clear();
            AttributeWriter writer = batch.Begin(RTM_GETRULE, NetlinkFlags.Dump);
            RuleMessage.WriteGet(ref writer, one);
            batch.End(writer);
            IReadOnlyList<RuleInfo> read = socket.Dump(batch, DecodeRule, out NetlinkResult result);

            // A kernel without rules (CONFIG_IP_MULTIPLE_TABLES) or without IPv6 has none.
            if (result.Errno is Errno.EOPNOTSUPP or Errno.EAFNOSUPPORT) continue;
            if (!result.Succeeded) throw Failure("reading the rules", null, result);
            rules.AddRange(read.Where(r => r.Family == one));
        }

        return rules;
    }

    /// <summary>Adds a route as its <see cref="RouteRequest.Mode"/> says.</summary>
    /// <param name="request">The route.</param>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    /// <exception cref="NetlinkException">The kernel refused: EEXIST, there is one, or the very same; ENETUNREACH, the gateway is not on a
    /// link; EINVAL, as for a preferred source that the host does not have; ENODEV; ENETDOWN; EPERM.</exception>
    public void AddRoute(RouteRequest request)
    {
        NetlinkResult result = Change(RTM_NEWROUTE, request);
        if (!result.Succeeded) throw RouteFailure("adding route", request, result);
    }

    /// <summary>As <see cref="AddRoute"/> for many, which go out together in order; all are tried.</summary>
    /// <param name="requests">The routes.</param>
    /// <param name="outcomes">Where to put how each ended; at least as many.</param>
    /// <returns>How many failed.</returns>
    /// <exception cref="ArgumentException">A request cannot be meant, or there is too little room for the results; nothing was
    /// done.</exception>
    public int AddRoutes(IReadOnlyList<RouteRequest> requests, Span<NetlinkResult> outcomes)
    {
        ArgumentNullException.ThrowIfNull(requests);
        batch.Clear();
        foreach (RouteRequest request in requests) AppendRoute(RTM_NEWROUTE, request);
        return Execute(outcomes);
    }

    /// <summary>Takes a route away: one that is as the request says in everything but the scope.</summary>
    /// <param name="request">The route.</param>
    /// <returns>False: it was not there (or its interface is not).</returns>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    public bool DeleteRoute(RouteRequest request)
    {
        NetlinkResult result = Change(RTM_DELROUTE, request);
        if (IsNoRoute(result.Errno)) return false;
        return result.Succeeded ? true : throw RouteFailure("removing route", request, result);
    }

    /// <summary>As <see cref="DeleteRoute"/> for many, which go out together in order; all are tried.</summary>
    /// <param name="requests">The routes.</param>
    /// <param name="outcomes">Where to put how each ended (one that was not there: done); at least as many.</param>
    /// <returns>How many failed.</returns>
    /// <exception cref="ArgumentException">A request cannot be meant, or there is too little room for the results; nothing was
    /// done.</exception>
    public int DeleteRoutes(IReadOnlyList<RouteRequest> requests, Span<NetlinkResult> outcomes)
    {
        ArgumentNullException.ThrowIfNull(requests);
        batch.Clear();
        foreach (RouteRequest request in requests) AppendRoute(RTM_DELROUTE, request);
        return Forgive(Execute(outcomes), outcomes[..requests.Count], IsNoRoute);
    }

    /// <summary>Adds a rule.</summary>
    /// <param name="request">The rule.</param>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    /// <exception cref="NetlinkException">The kernel refused: EEXIST, it is there, whoever made it; EINVAL; EOPNOTSUPP, the kernel is built without
    /// rules; EPERM.</exception>
    public void AddRule(RuleRequest request)
    {
        NetlinkResult result = Change(RTM_NEWRULE, request);
        if (!result.Succeeded) throw Failure("adding rule", $"{request}", result);
    }

    /// <summary>As <see cref="AddRule"/> for many, which go out together in order; all are tried.</summary>
    /// <param name="requests">The rules.</param>
    /// <param name="outcomes">Where to put how each ended; at least as many.</param>
    /// <returns>How many failed.</returns>
    /// <exception cref="ArgumentException">A request cannot be meant, or there is too little room for the results; nothing was
    /// done.</exception>
    public int AddRules(IReadOnlyList<RuleRequest> requests, Span<NetlinkResult> outcomes)
    {
        ArgumentNullException.ThrowIfNull(requests);
        batch.Clear();
        foreach (RuleRequest request in requests) AppendRule(RTM_NEWRULE, request);
        return Execute(outcomes);
    }

    /// <summary>Takes a rule away: one that is as the request says in all that it says.</summary>
    /// <param name="request">The rule.</param>
    /// <returns>False: it was not there.</returns>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    public bool DeleteRule(RuleRequest request)
    {
        NetlinkResult result = Change(RTM_DELRULE, request);
        if (IsNoRule(result.Errno)) return false;
        return result.Succeeded ? true : throw Failure("removing rule", $"{request}", result);
    }

    /// <summary>As <see cref="DeleteRule"/> for many, which go out together in order; all are tried.</summary>
    /// <param name="requests">The rules.</param>
    /// <param name="outcomes">Where to put how each ended (one that was not there: done); at least as many.</param>
    /// <returns>How many failed.</returns>
    /// <exception cref="ArgumentException">A request cannot be meant, or there is too little room for the results; nothing was
    /// done.</exception>
    public int DeleteRules(IReadOnlyList<RuleRequest> requests, Span<NetlinkResult> outcomes)
    {
        ArgumentNullException.ThrowIfNull(requests);
        batch.Clear();
        foreach (RuleRequest request in requests) AppendRule(RTM_DELRULE, request);
        return Forgive(Execute(outcomes), outcomes[..requests.Count], IsNoRule);
    }

    private static RouteInfo? DecodeRoute(ushort type, ReadOnlySpan<byte> payload) => type == RTM_NEWROUTE ? RouteMessage.Read(payload) : null;

    private static RuleInfo? DecodeRule(ushort type, ReadOnlySpan<byte> payload) => type == RTM_NEWRULE ? RuleMessage.Read(payload) : null;

    private static AddressFamily[] Families(AddressFamily? family) =>
        family is { } one ? [one] : [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    private static bool IsNoRoute(int errno) => errno is Errno.ESRCH or Errno.ENODEV or Errno.ENOENT;

    private static bool IsNoRule(int errno) => errno == Errno.ENOENT;

    private static NetlinkException RouteFailure(string operation, RouteRequest request, NetlinkResult result) =>
        new(operation, $"{request}", result.Errno, result.ExtendedAck, AdviseOnRoute(result));

    /// <summary>What to do about a route that the kernel did not take; null: nothing is known that helps.</summary>
    /// <param name="outcome">How it ended.</param>
    public static string? AdviseOnRoute(NetlinkResult outcome) => outcome.Errno switch
    {
        Errno.ENODEV => "there is no such interface",
        Errno.ENETUNREACH or Errno.EHOSTUNREACH => "the gateway is on no link: give the host an address of its subnet first, or say onlink",
        Errno.ENETDOWN => "the interface is down: set it up",
        Errno.EEXIST => "there is a route with this destination, type of service and metric: choose another metric",
        Errno.EINVAL when Says(outcome, "prefsrc") => "the preferred source must stand on the host",
        Errno.EINVAL when Says(outcome, "scope") => "a local route has the scope host, and a broadcast one at most that of a link",
        Errno.EINVAL when outcome.ExtendedAck is null => "a preferred source must stand on the host, and the gateway be no address of it",
        _ => null,
    };

    private static bool Says(NetlinkResult outcome, string word) =>
        outcome.ExtendedAck?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;

    private void AppendRoute(ushort type, RouteRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        bool adds = type == RTM_NEWROUTE;
        AttributeWriter writer = batch.Begin(type, adds ? RouteMessage.AddFlags(request) : NetlinkFlags.None, RouteMessage.Capacity(request));
        if (adds) RouteMessage.WriteNew(ref writer, request);
        else RouteMessage.WriteDelete(ref writer, request);
        batch.End(writer);
    }

    private void AppendRule(ushort type, RuleRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        AttributeWriter writer = batch.Begin(type, type == RTM_NEWRULE ? NetlinkFlags.Create | NetlinkFlags.Exclusive : NetlinkFlags.None, 512);
        RuleMessage.Write(ref writer, request);
        batch.End(writer);
    }

    private NetlinkResult Change(ushort type, RouteRequest request)
    {
        batch.Clear();
        AppendRoute(type, request);
        Execute();
        return results[0];
    }

    private NetlinkResult Change(ushort type, RuleRequest request)
    {
        batch.Clear();
        AppendRule(type, request);
        Execute();
        return results[0];
    }

    private int Execute(Span<NetlinkResult> outcomes)
    {
        if (outcomes.Length < batch.Count)
            throw new ArgumentException("There is less room for results than there are requests.", nameof(outcomes));
        return socket.Execute(batch, outcomes);
    }

    private static int Forgive(int failed, Span<NetlinkResult> outcomes, Func<int, bool> absent)
    {
        foreach (ref NetlinkResult outcome in outcomes)
        {
            if (!absent(outcome.Errno)) continue;
            outcome = default;
            failed--;
        }

        return failed;
    }
}
