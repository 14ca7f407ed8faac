using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of real servers whose addresses a name says, and of how names are resolved.</summary>
internal static class NamedServerRules
{
    private const int MostServers = 1024, MostNameServers = 8;

    private static readonly RealServer Usual = new() { Port = 1 };
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Day = TimeSpan.FromDays(1);

    /// <summary>Where a server is, for messages.</summary>
    public static string PlaceOf(RealServer server) => server.Address?.ToString() ?? server.HostName ?? "the server";

    public static void Check(RuleFindings findings, ModelPath path, RealServer server)
    {
        if (server.HostName is not { } name)
        {
            CheckAddressed(findings, path, server);
            return;
        }

        if (server.Address is { } address)
            findings.Error("Contradiction", path.Key("hostName"), name, $"A real server has an address ({address}) or a name ({name}).");
        if (name == "." || !DomainNames.IsName(name) || IPAddress.TryParse(name, out _))
        {
            findings.Error("InvalidName", path.Key("hostName"), name,
                $"`{name}` is no name of a host: labels of 1 to {DomainNames.LongestLabel} ASCII characters with dots between them, {DomainNames.Longest} in all, no blanks and no `\\` (a name of other letters is written xn--…).");
        }

        if (server.Family is { } family and not (4 or 6)) findings.Error("ValueOutOfRange", path.Key("family"), $"{family}", $"{family} is no family: 4 or 6.");
        CommonRules.Range(findings, path.Key("mostAddresses"), server.MostAddresses, 1, MostServers, "number of real servers of a name");
        if (server.Records != ServerRecords.Srv) return;
        if (server.Port != 0) findings.Error("Contradiction", path.Key("port"), $"{server.Port}", "SRV records have ports of their own: leave the port out.");
        if (server.Weight != Usual.Weight) findings.Error("Contradiction", path.Key("weight"), $"{server.Weight}", "SRV records have weights of their own: leave the weight out.");
    }

    /// <summary>Rules of those of a service that names a group.</summary>
    public static void CheckGrouped(RuleFindings findings, ModelPath path, VirtualServer service, RealServer server, VirtualServerGroup group)
    {
        if (server.HostName is not { } name) return;
        if (server.Family is null && service.Family is null && group.Members.Any(m => m.Family == 6 || (m.Address is { } address && Networks.FamilyOf(address) == 6)))
            findings.Error("MissingValue", path.Key("family"), name, $"The group `{group.Name}` has addresses of IPv6: say of which family those of `{name}` are (family).");
        if (server.Records == ServerRecords.Srv && service.ForwardingTo(server) != ForwardingMethod.Nat)
            findings.Error("Contradiction", path.Key("records"), "srv", $"The ports of SRV records reach the servers of a group by address translation alone: direct routing and tunnels leave each address of `{group.Name}` its own.");
    }

    public static void CheckResolver(RuleFindings findings, HaConfiguration configuration)
    {
        ResolverSettings resolver = configuration.Resolver;
        if (resolver == ResolverSettings.Usual) return;
        var path = new ModelPath("resolver");
        if (resolver.NameServers.Count > MostNameServers)
            findings.Error("TooMany", path.Key("nameServers"), null, $"{resolver.NameServers.Count} name servers are too many: {MostNameServers} at most.");
        foreach (string server in resolver.NameServers)
        {
            if (!IsNameServer(server))
                findings.Error("InvalidAddress", path.Key("nameServers"), server, $"`{server}` is no name server: write 192.0.2.53, or with a port 192.0.2.53:5353, [2001:db8::53]:5353.");
        }

        CommonRules.TimeRange(findings, path.Key("timeout"), resolver.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30), "time for an answer");
        CommonRules.TimeRange(findings, path.Key("leastTtl"), resolver.LeastTtl, Second, Day, "least time to live");
        CommonRules.TimeRange(findings, path.Key("longestTtl"), resolver.LongestTtl, resolver.LeastTtl > Second ? resolver.LeastTtl : Second, TimeSpan.FromDays(7), "longest time to live");
        CommonRules.TimeRange(findings, path.Key("emptyHold"), resolver.EmptyHold, TimeSpan.Zero, Day, "time to keep addresses that a name has no more");
    }

    private static void CheckAddressed(RuleFindings findings, ModelPath path, RealServer server)
    {
        if (server.Address is null) findings.Error("MissingValue", path, null, "A real server needs an address, or a name that has some (hostName).");
        if (server.Records != Usual.Records || server.Family is not null || server.MostAddresses != Usual.MostAddresses)
            findings.Error("Contradiction", path, null, "`records`, `family` and `mostAddresses` are of a real server with a `hostName`.");
    }

    // .NET would also take 10.1 for 10.0.0.1, and a bare IPv6 address with a colon more for a port.
    private static bool IsNameServer(string text) =>
        IPEndPoint.TryParse(text, out IPEndPoint? end) && (end.Port != 0 || !text.EndsWith(":0", StringComparison.Ordinal))
        && (end.Address.ToString().Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3);
}
