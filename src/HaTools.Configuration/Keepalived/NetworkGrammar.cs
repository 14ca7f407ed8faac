using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>Static addresses, routes and rules, and <c>track_group</c>, which suffers from their loss.</summary>
internal static class NetworkGrammar
{
    public static Grammar<List<ConfWord>> TrackGroup { get; } = new("track_group",
    [
        new() { Name = "group", HasBlock = true, Repeatable = true, Read = (r, s, names) => SyncGroupGrammar.ReadNames(r, s, names) },
    ]);

    /// <summary>Reads what is static, but for the rules' preferences, which go by the order of all rules in the file.</summary>
    public static HaConfiguration Read(ConfReading reading, RootDraft root, GlobalDraft globals, ModelPositions positions, HaConfiguration node)
    {
        for (int i = 0; i < root.StaticAddresses.Count; i++) NoteAddress(positions, new ModelPath("staticAddresses", i), root.StaticAddresses[i]);
        for (int i = 0; i < root.StaticRoutes.Count; i++) positions.Note(new ModelPath("staticRoutes", i), root.StaticRoutes[i].Word.Position);
        for (int i = 0; i < root.StaticRules.Count; i++) positions.Note(new ModelPath("staticRules", i), root.StaticRules[i].Word.Position);
        string usual = globals.DefaultInterface?.Text ?? "eth0";
        return node with
        {
            StaticAddresses = root.StaticAddresses.Select(a => a.Address with { Device = a.Address.Device ?? usual }).ToValueList(),
            StaticRoutes = root.StaticRoutes.Select(r => r.Route).ToValueList(),
            TrackGroups = TrackGroups(reading, root, positions),
        };
    }

    /// <summary>Notes where the words of an address stand.</summary>
    public static void NoteAddress(ModelPositions positions, ModelPath path, AddressLine line)
    {
        positions.Note(path, line.Word.Position);
        if (line.Label is { } label) positions.Note(path.Key("label"), label.Position);
        if (line.Device is { } own) positions.Note(path.Key("device"), own.Position);
        if (line.Broadcast is { } broadcast) positions.Note(path.Key("broadcast"), broadcast.Position);
        if (line.Peer is { } peer) positions.Note(path.Key("peer"), peer.Position);
    }

    private static ValueList<StaticTrackGroup> TrackGroups(ConfReading reading, RootDraft root, ModelPositions positions)
    {
        List<StaticTrackGroup> groups = [];
        foreach (ConfStatement block in root.TrackGroups)
        {
            List<ConfWord> names = [];
            reading.ReadBlock(TrackGroup, block.Block!, names);
            ConfWord name = block.Words[1];
            if (names.Count == 0)
            {
                reading.Warning("EmptyGroup", name, $"The track_group `{name.Text}` names no instance: nothing suffers from the loss of what it watches.");
            }
            var path = new ModelPath("trackGroups", groups.Count);
            positions.Note(path, name.Position);
            for (int i = 0; i < names.Count; i++) positions.Note(path.Element("instances", i), names[i].Position);
            groups.Add(new StaticTrackGroup(name.Text, names.Select(n => n.Text).ToValueList()));
        }
        return groups.ToValueList();
    }
}
