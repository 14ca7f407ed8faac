using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary>How adverts travel: checksum, source, group, peers.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Transport =>
    [
        new() { Name = "v3_checksum_as_v2", Allowed = 1, Read = (r, s, d) => d.ChecksumAsVersion2 = ConfValues.Boolean(r, s) },
        new() { Name = "old_unicast_checksum", Allowed = 1, Read = ReadOldChecksum },
        new() { Name = "mcast_src_ip", Required = 1, Allowed = 1, Read = ReadSource },
        new() { Name = "unicast_src_ip", Required = 1, Allowed = 1, Read = ReadUnicastSource },
        new() { Name = "track_src_ip", Read = (_, s, d) => d.TrackSource = s.Keyword },
        new() { Name = "mcast_dst_ip", Required = 1, Allowed = 1, Read = ReadGroup },
        new() { Name = "unicast_peer", HasBlock = true, Repeatable = true, Read = ReadPeers },
        new() { Name = "unicast_ttl", Required = 1, Allowed = 1, Read = ReadUnicastTtl },
        new() { Name = "check_unicast_src", Read = (_, s, d) => (d.UnicastKeyword, d.CheckUnicastSource) = (s.Keyword, true) },
        new() { Name = "unicast_fault_no_peer", Read = (_, s, d) => (d.UnicastKeyword, d.UnicastFaultNoPeer) = (s.Keyword, true) },
    ];

    private static VrrpInstance WithTransport(InstanceBuild build, VrrpInstance instance)
    {
        InstanceDraft draft = build.Draft;
        bool unicast = draft.Peers.Count > 0;
        CheckUnicastWords(build.Reading, draft, unicast);
        for (int i = 0; i < draft.Peers.Count; i++) build.Positions.Note(build.Path.Element("unicastPeers", i), draft.Peers[i].Word.Position);
        return instance with
        {
            ChecksumForm = (draft.ChecksumAsVersion2 ?? build.Globals.ChecksumAsVersion2) ? VrrpChecksumForm.MessageOnly
                : draft.OldChecksum ? VrrpChecksumForm.PseudoHeaderMulticast : VrrpChecksumForm.PseudoHeader,
            SourceAddress = draft.Source,
            TrackSourceAddress = draft.TrackSource is not null && draft.Source is not null,
            MulticastGroup = unicast ? null : Group(build),
            UnicastPeers = draft.Peers.Select(p => p.Peer).ToValueList(),
            UnicastTtl = unicast ? draft.UnicastTtl?.Ttl : null,
            // A range of TTLs says nothing of senders that are none of the peers.
            CheckUnicastSource = unicast && (draft.CheckUnicastSource || build.Globals.CheckUnicastSource
                || draft.Peers.Exists(p => p.Peer.MinimumTtl is not null || p.Peer.MaximumTtl is not null)),
            UnicastFaultNoPeer = draft.UnicastFaultNoPeer,
        };
    }

    private static void CheckUnicastWords(ConfReading reading, InstanceDraft draft, bool unicast)
    {
        if (!unicast && draft is { UnicastKeyword: { } keyword, UnicastFaultNoPeer: false })
        {
            reading.Warning("UnicastWithoutPeers", keyword,
                $"`{keyword.Text}` without a `unicast_peer`: adverts go by multicast, as keepalived does. `unicast_fault_no_peer` makes it a fault.");
        }
        if (!unicast && draft.UnicastTtl is { } ttl)
            reading.Warning("UnicastWithoutPeers", ttl.Word, "`unicast_ttl` without a `unicast_peer`: keepalived ignores it, and so do we.");
        if (unicast && draft.GroupWord is { } group)
            reading.Warning("MulticastGroupIgnored", group, "With a `unicast_peer` there is no multicast: keepalived ignores `mcast_dst_ip`, and so do we.");
        if (draft.TrackSource is { } track && draft.Source is null)
            reading.Warning("NothingToTrack", track, "`track_src_ip` needs a source address: keepalived ignores it, and so do we.");
    }

    // With `native_ipv6` alone the group is what tells the family.
    private static IPAddress? Group(InstanceBuild build)
    {
        InstanceDraft draft = build.Draft;
        return draft.Group ?? (draft.Family == 6
            ? build.Globals.MulticastGroup6 ?? (draft is { IsNativeIpv6: true, Addresses.Count: 0, Source: null } ? Networks.VrrpGroup6 : null)
            : build.Globals.MulticastGroup4);
    }

    private static void ReadOldChecksum(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.UnicastKeyword = statement.Keyword;
        if (statement.Argument(1) is not { } mode) draft.OldChecksum = true;
        else if (mode.Text == "never")
            reading.Warning("Ignored", mode, "`old_unicast_checksum never`: HaTools accepts every form of the checksum, and says so when a peer uses another.");
        else reading.UnknownWord(mode, "mode of old_unicast_checksum", ["never"]);
    }

    private static void ReadUnicastSource(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.UnicastKeyword = statement.Keyword;
        ReadSource(reading, statement, draft);
    }

    private static void ReadSource(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (ConfValues.Address(reading, word) is not { } address || !draft.TakeFamily(reading, word, Networks.FamilyOf(address))) return;
        draft.Source = address;
    }

    private static void ReadGroup(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (ConfValues.Address(reading, word) is not { } address || !draft.TakeFamily(reading, word, Networks.FamilyOf(address))) return;
        if (ConfValues.IsGroup(reading, word, address)) (draft.Group, draft.GroupWord) = (address, word);
    }

    private static void ReadUnicastTtl(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        if (ConfValues.Integer(reading, statement.Words[1], 0, 255, "keepalived ignores it") is { } ttl)
            draft.UnicastTtl = (ttl, statement.Words[1]);
    }

    internal static void ReadPeers(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        draft.UnicastKeyword = statement.Keyword;
        foreach (ConfStatement line in statement.Block!)
        {
            if (!reading.AdmitLine(line, "unicast_peer")) continue;
            if (ReadPeer(reading, line, draft) is not { } peer) continue;
            if (draft.Peers.Exists(p => p.Peer.Address.Equals(peer.Address)))
                reading.Warning("DuplicateAddress", line.Keyword, $"`{peer.Address}` is a peer already; this line is ignored, as keepalived does.");
            else draft.Peers.Add((peer, line.Keyword));
        }
    }

    private static UnicastPeer? ReadPeer(ConfReading reading, ConfStatement line, InstanceDraft draft)
    {
        if (ConfValues.Address(reading, line.Keyword) is not { } address) return null;
        if (!draft.TakeFamily(reading, line.Keyword, Networks.FamilyOf(address))) return null;
        int? least = null, most = null;
        for (int i = 1; i < line.Words.Length; i += 2)
        {
            ConfWord option = line.Words[i];
            if (option.Text is not ("min_ttl" or "max_ttl")) reading.UnknownWord(option, "option of unicast_peer", ["min_ttl", "max_ttl"]);
            else if (line.Argument(i + 1) is not { } value) reading.Error("MissingValue", option, $"`{option.Text}` needs a value.");
            else if (ConfValues.Integer(reading, value, 0, 255, "keepalived ignores it") is not { } ttl) continue;
            else if (option.Text == "min_ttl") least = ttl;
            else most = ttl;
        }
        return new UnicastPeer(address, least, most);
    }
}

/// <summary>How adverts travel.</summary>
internal sealed partial class InstanceDraft
{
    public bool? ChecksumAsVersion2 { get; set; }

    public bool OldChecksum { get; set; }

    public IPAddress? Source { get; set; }

    public ConfWord? TrackSource { get; set; }

    public IPAddress? Group { get; set; }

    public ConfWord? GroupWord { get; set; }

    public List<(UnicastPeer Peer, ConfWord Word)> Peers { get; } = [];

    /// <summary>The last keyword that makes sense with peers only.</summary>
    public ConfWord? UnicastKeyword { get; set; }

    public (int Ttl, ConfWord Word)? UnicastTtl { get; set; }

    public bool CheckUnicastSource { get; set; }

    public bool UnicastFaultNoPeer { get; set; }
}
