using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of checks that go by a tracker: it has to be there, and a session of BFD has to be for checks.</summary>
internal static class FollowingCheckRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        HashSet<string> files = configuration.Files.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        Dictionary<string, BfdSession> sessions = configuration.BfdSessions.DistinctBy(b => b.Name).ToDictionary(b => b.Name, StringComparer.Ordinal);
        for (int s = 0; s < configuration.VirtualServers.Count; s++)
        {
            ValueList<RealServer> servers = configuration.VirtualServers[s].RealServers;
            for (int r = 0; r < servers.Count; r++) CheckServer(findings, new ModelPath("virtualServers", s).Element("realServers", r), servers[r], files, sessions);
        }
    }

    private static void CheckServer(RuleFindings findings, ModelPath path, RealServer server, HashSet<string> files, Dictionary<string, BfdSession> sessions)
    {
        HashSet<string> followed = new(StringComparer.Ordinal);
        for (int i = 0; i < server.Checks.Count; i++)
        {
            ModelPath place = path.Element("checks", i);
            if (server.Checks[i] is FileCheck file)
            {
                CheckFile(findings, place, file, files);
            }
            else if (server.Checks[i] is BfdCheck bfd)
            {
                CheckSession(findings, place.Key("session"), bfd.Session, sessions);
                if (!followed.Add(bfd.Session)) findings.Error("DuplicateName", place.Key("session"), bfd.Session, $"A check of this server goes by `{bfd.Session}` already.");
            }
        }
    }

    private static void CheckFile(RuleFindings findings, ModelPath path, FileCheck check, HashSet<string> files)
    {
        if (!files.Contains(check.TrackFile))
            findings.Error("UnknownTracker", path.Key("trackFile"), check.TrackFile, $"There is no tracked file `{check.TrackFile}`.{Suggestion.Sentence(check.TrackFile, files)}");
        if (check.Weight is { } weight)
            CommonRules.Range(findings, path.Key("weight"), weight, -ModelRanges.MostFileCheckWeight, ModelRanges.MostFileCheckWeight, "weight of a file");
    }

    private static void CheckSession(RuleFindings findings, ModelPath path, string name, Dictionary<string, BfdSession> sessions)
    {
        if (!sessions.TryGetValue(name, out BfdSession? session))
            findings.Error("UnknownBfdSession", path, name, $"There is no BFD session `{name}`.{Suggestion.Sentence(name, sessions.Keys)}");
        else if (!session.ForChecks)
            findings.Error("UnknownBfdSession", path, name, $"The BFD session `{name}` is for VRRP only.");
    }
}
