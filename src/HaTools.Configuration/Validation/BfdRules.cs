using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of BFD sessions, and of those who follow them.</summary>
internal static class BfdRules
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1000);

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var names = new Dictionary<string, BfdSession>(StringComparer.Ordinal);
        HashSet<(IPAddress Neighbour, IPAddress? Source, bool Multihop)> places = [];
        for (int i = 0; i < configuration.BfdSessions.Count; i++)
        {
            BfdSession session = configuration.BfdSessions[i];
            var path = new ModelPath("bfdSessions", i);
            CommonRules.Name(findings, path, session.Name, "BFD session's name");
            if (!names.TryAdd(session.Name, session))
                findings.Error("DuplicateName", path, session.Name, $"There is a BFD session `{session.Name}` already.");
            if (!places.Add((session.Neighbour, session.Source, session.Multihop)))
            {
                findings.Error("DuplicateAddress", path.Key("neighbour"), session.Neighbour.ToString(),
                    $"There is a BFD session with {session.Neighbour} from the same source already.");
            }

            CheckAddresses(findings, path, session);
            CheckTimes(findings, path, session);
            CommonRules.Range(findings, path.Key("multiplier"), session.Multiplier, ModelRanges.LeastMultiplier, ModelRanges.MostMultiplier, "detection multiplier");
            if (session.Ttl is { } ttl) CommonRules.Range(findings, path.Key("ttl"), ttl, ModelRanges.LeastTtl, ModelRanges.MostTtl, "TTL");
            if (session.MaximumHops is { } hops) CommonRules.Range(findings, path.Key("maximumHops"), hops, ModelRanges.LeastByte, ModelRanges.MostByte, "number of hops");
            CommonRules.Weight(findings, path.Key("weight"), session.Weight);
        }

        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
            CheckUses(findings, configuration.VrrpInstances[i].TrackBfd, new ModelPath("vrrpInstances", i), names);
        for (int i = 0; i < configuration.SyncGroups.Count; i++)
            CheckUses(findings, configuration.SyncGroups[i].TrackBfd, new ModelPath("syncGroups", i), names);
    }

    private static void CheckAddresses(RuleFindings findings, ModelPath path, BfdSession session)
    {
        IPAddress neighbour = session.Neighbour;
        if (!IsUnicast(neighbour)) findings.Error("InvalidAddress", path.Key("neighbour"), neighbour.ToString(), $"{neighbour} is no neighbour.");
        if (neighbour.IsIPv6LinkLocal)
        {
            findings.Error("InvalidAddress", path.Key("neighbour"), neighbour.ToString(),
                $"{neighbour} is link-local, and a BFD session has no interface that it could be on: give the neighbour another address.");
        }

        if (session.Source is not { } source) return;
        if (!IsUnicast(source)) findings.Error("InvalidAddress", path.Key("source"), source.ToString(), $"{source} is no source.");
        else if (source.AddressFamily != neighbour.AddressFamily)
        {
            findings.Error("MixedFamilies", path.Key("source"), source.ToString(),
                $"The source {source} and the neighbour {neighbour} are of different families.");
        }
    }

    private static bool IsUnicast(IPAddress address) =>
        !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Broadcast)
        && !address.IsIPv6Multicast && !(address.GetAddressBytes() is [>= 224 and < 240, _, _, _]);

    private static void CheckTimes(RuleFindings findings, ModelPath path, BfdSession session)
    {
        Interval(findings, path.Key("minimumReceive"), session.MinimumReceive, TimeSpan.FromMilliseconds(1), "receive interval");
        Interval(findings, path.Key("minimumTransmit"), session.MinimumTransmit, TimeSpan.FromMilliseconds(1), "transmit interval");
        Interval(findings, path.Key("idleTransmit"), session.IdleTransmit, TimeSpan.FromSeconds(1), "idle interval (RFC 5880 section 6.8.3)");
    }

    private static void Interval(RuleFindings findings, ModelPath path, TimeSpan value, TimeSpan least, string what)
    {
        if (value >= least && value <= Longest) return;
        string text = Durations.Format(value);
        findings.Error("ValueOutOfRange", path, text, $"{text} is no {what}: {Durations.Format(least)} to {Durations.Format(Longest)}.");
    }

    private static void CheckUses(RuleFindings findings, ValueList<Tracked> uses, ModelPath path, Dictionary<string, BfdSession> sessions)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < uses.Count; i++)
        {
            Tracked use = uses[i];
            ModelPath place = path.Element("trackBfd", i);
            if (!sessions.TryGetValue(use.Name, out BfdSession? session))
            {
                findings.Error("UnknownBfdSession", place, use.Name,
                    $"There is no BFD session `{use.Name}`.{Suggestion.Sentence(use.Name, sessions.Keys)}");
            }
            else if (!session.ForVrrp)
            {
                findings.Error("UnknownBfdSession", place, use.Name, $"The BFD session `{use.Name}` is for checks only.");
            }

            if (!seen.Add(use.Name)) findings.Error("DuplicateName", place, use.Name, $"`{use.Name}` is tracked already.");
            if (use.Weight is { } weight) CommonRules.Weight(findings, place.Key("weight"), weight);
        }
    }
}
