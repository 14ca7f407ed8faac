using System.Net;
using System.Net.Sockets;
using HaTools.Configuration;

namespace HaTools.Engine.Names;

/// <summary>
/// Puts the real servers of names into a configuration, pure. It is the configuration that the engine serves: what an answer changes comes into force as what a reload changes.
/// </summary>
internal static class NamedServers
{
    /// <summary>How much more a server with a weight gets than one with none, which is to have a very small share (RFC 2782).</summary>
    private const int SmallShare = 100;

    private const int MostWeight = 65535;

    /// <summary>Whether a configuration has names.</summary>
    public static bool AreIn(HaConfiguration configuration) => configuration.VirtualServers.Any(s => s.RealServers.Any(r => r.HostName is not null));

    /// <summary>What is to be asked: for its names, and for the targets of their SRV records.</summary>
    public static HashSet<NameQuestion> QuestionsOf(HaConfiguration configuration, IReadOnlyDictionary<NameQuestion, NameAnswer> answers)
    {
        HashSet<NameQuestion> questions = [];
        foreach (VirtualServer service in configuration.VirtualServers)
        {
            foreach (RealServer server in service.RealServers)
            {
                if (server.HostName is null) continue;
                var question = NameQuestion.Of(service, server);
                _ = questions.Add(question);
                if (question.Type == NameQuestion.Srv && answers.TryGetValue(question, out NameAnswer? answer)) questions.UnionWith(TargetsOf(answer, service.FamilyOf(server)));
            }
        }

        return questions;
    }

    /// <summary>The questions for the targets of SRV records.</summary>
    /// <param name="answer">The records.</param>
    /// <param name="family">The family of the addresses, 4 or 6.</param>
    public static IEnumerable<NameQuestion> TargetsOf(NameAnswer answer, int family) => answer.Services.Select(s => NameQuestion.Addresses(s.Target, family)).Distinct();

    /// <summary>The services that have names of which nothing is known yet.</summary>
    public static IEnumerable<VirtualServer> Unanswered(HaConfiguration configuration, Func<NameQuestion, bool> isKnown) =>
        configuration.VirtualServers.Where(s => s.RealServers.Any(r => r.HostName is not null && !isKnown(NameQuestion.Of(s, r))));

    /// <summary>The same configuration with real servers in the place of names.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="answers">What names have.</param>
    /// <param name="notes">Gets what a person should know: what of an answer is not used.</param>
    public static HaConfiguration Expand(HaConfiguration configuration, IReadOnlyDictionary<NameQuestion, NameAnswer> answers, ICollection<string>? notes = null) =>
        AreIn(configuration) ? configuration with { VirtualServers = [.. configuration.VirtualServers.Select(s => Expand(s, configuration.VirtualServerGroups, answers, notes))] } : configuration;

    private static VirtualServer Expand(VirtualServer service, IReadOnlyList<VirtualServerGroup> groups, IReadOnlyDictionary<NameQuestion, NameAnswer> answers, ICollection<string>? notes)
    {
        if (service.RealServers.All(r => r.HostName is null)) return service;
        HashSet<IPAddress> own = [.. ServicePlaces.WithAddresses(service, groups).Select(p => p.Address).OfType<IPAddress>()];
        Dictionary<string, RealServer> known = service.RealServers.Where(r => r.HostName is null).DistinctBy(r => PlaceOf(service, r)).ToDictionary(r => PlaceOf(service, r));
        List<RealServer> servers = [];
        foreach (RealServer server in service.RealServers)
        {
            if (server.HostName is null)
            {
                servers.Add(server);
                continue;
            }

            List<string> surplus = [];
            int taken = 0;
            foreach (RealServer one in Candidates(service, own, server, answers, notes))
            {
                if (known.TryGetValue(PlaceOf(service, one), out RealServer? other))
                {
                    notes?.Add($"{service.Id}: {one.Id} of {server.Id} is in the service already{(other.HostName is { } name ? $", by {name}" : "")}, and stays as it is there");
                    continue;
                }

                if (taken == server.MostAddresses)
                {
                    surplus.Add(one.Id);
                    continue;
                }

                taken++;
                known.Add(PlaceOf(service, one), one);
                servers.Add(one);
            }

            if (surplus.Count > 0)
                notes?.Add($"{service.Id}: {server.Id} has {surplus.Count} more than the {server.MostAddresses} that `mostAddresses` allows, which are left out: {surplus[0]}{(surplus.Count == 1 ? "" : " …")}");
        }

        return service with { RealServers = [.. servers] };
    }

    // The services of a group have ports of their own, which direct routing and tunnels leave as they are.
    private static string PlaceOf(VirtualServer service, RealServer server) =>
        service.Group is not null && service.ForwardingTo(server) != ForwardingMethod.Nat ? server.Address!.ToString() : server.Id;

    private static IEnumerable<RealServer> Candidates(VirtualServer service, HashSet<IPAddress> own, RealServer server, IReadOnlyDictionary<NameQuestion, NameAnswer> answers, ICollection<string>? notes)
    {
        if (!answers.TryGetValue(NameQuestion.Of(service, server), out NameAnswer? answer)) return [];
        IEnumerable<(IPAddress Address, int Port, int Weight)> places = server.Records == ServerRecords.Srv
            ? RecordPlaces(service, server, answer, answers, notes) : answer.Addresses.Select(a => (a, server.Port, server.Weight));
        return places.Where(p => IsServer(p.Address, own, service, server, notes)).Select(p => server with { Address = p.Address, Port = p.Port, Weight = p.Weight });
    }

    private static IEnumerable<(IPAddress Address, int Port, int Weight)> RecordPlaces(
        VirtualServer service, RealServer server, NameAnswer answer, IReadOnlyDictionary<NameQuestion, NameAnswer> answers, ICollection<string>? notes)
    {
        int most = answer.Services.Count == 0 ? 0 : answer.Services.Max(s => s.Weight);
        int factor = answer.Services.Any(s => s.Weight == 0) && most > 0 ? Math.Max(1, Math.Min(SmallShare, MostWeight / most)) : 1;
        Dictionary<(IPAddress, int), int> places = [];
        foreach (ServiceRecord record in answer.Services)
        {
            if (record.Port == 0 || (service.ForwardingTo(server) != ForwardingMethod.Nat && record.Port != service.Port))
            {
                notes?.Add($"{service.Id}: {record} of {server.Id} is left out: {(record.Port == 0 ? "it has no port" : $"{(service.ForwardingTo(server) == ForwardingMethod.Tunnel ? "a tunnel" : "direct routing")} leaves the port as it is, and the service's is {service.Port}")}");
                continue;
            }

            if (!answers.TryGetValue(NameQuestion.Addresses(record.Target, service.FamilyOf(server)), out NameAnswer? target)) continue;
            foreach (IPAddress address in target.Addresses)
                places[(address, record.Port)] = Math.Max(places.GetValueOrDefault((address, record.Port)), Math.Max(1, record.Weight * factor));
        }

        return places.Select(p => (p.Key.Item1, p.Key.Item2, p.Value)).OrderBy(p => p.Item1, AddressOrder.Instance).ThenBy(p => p.Item2);
    }

    // What no packet of a client's may go to, whatever a name server says.
    private static bool IsServer(IPAddress address, HashSet<IPAddress> own, VirtualServer service, RealServer server, ICollection<string>? notes)
    {
        string? why = own.Contains(address) ? "it is the service's own"
            : address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast) ? "it is no host's"
            : address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && (address.GetAddressBytes()[0] & 0xF0) == 0xE0) ? "it is a group's"
            : address.IsIPv6LinkLocal ? "it does not say on which link"
            : address.IsIPv4MappedToIPv6 ? "it is an IPv4 address in IPv6's dress"
            : null;
        if (why is not null) notes?.Add($"{service.Id}: {address} of {server.Id} is left out: {why}");
        return why is null;
    }
}
