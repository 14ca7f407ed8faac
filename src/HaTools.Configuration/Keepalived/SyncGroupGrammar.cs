using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>vrrp_sync_group</c>. Its trackers and its notify scripts have files of their own.</summary>
internal static partial class SyncGroupGrammar
{
    public static Grammar<SyncGroupDraft> Grammar { get; } = new("vrrp_sync_group",
    [
        new() { Name = "group", HasBlock = true, Repeatable = true, Read = ReadMembers },
        new() { Name = "sync_group_tracking_weight", Read = (_, _, d) => d.TrackingWeight = true },
        new() { Name = "global_tracking", Read = ReadGlobalTracking },
        .. Trackers, .. Notifications,
    ], new Dictionary<string, string>());

    /// <summary>Builds the group, and notes where it was written; null when there is none.</summary>
    public static VrrpSyncGroup? Build(ConfReading reading, ConfStatement statement, ModelPositions positions, int index)
    {
        var draft = new SyncGroupDraft();
        reading.ReadBlock(Grammar, statement.Block!, draft);
        ConfWord name = statement.Words[1];
        if (draft.Members.Count == 0)
        {
            reading.Warning("EmptyGroup", name, $"The vrrp_sync_group `{name.Text}` has no members: keepalived ignores it, and so do we.");
            return null;
        }
        var path = new ModelPath("syncGroups", index);
        positions.Note(path, name.Position);
        for (int i = 0; i < draft.Members.Count; i++) positions.Note(path.Element("members", i), draft.Members[i].Position);
        var group = new VrrpSyncGroup
        {
            Name = name.Text,
            Members = draft.Members.Select(m => m.Text).ToValueList(),
            TrackingWeight = draft.TrackingWeight,
        };
        return WithNotifications(reading, draft, positions, path, WithTrackers(reading, draft, positions, path, group));
    }

    private static void ReadMembers(ConfReading reading, ConfStatement statement, SyncGroupDraft draft)
    {
        if (draft.Members.Count > 0)
        {
            reading.Warning("RepeatedKeyword", statement.Keyword, "This vrrp_sync_group has its members already: keepalived ignores this block, and so do we.");
            return;
        }
        ReadNames(reading, statement, draft.Members);
    }

    /// <summary>The names in a block, on one line or on several; one that stands twice counts once.</summary>
    public static void ReadNames(ConfReading reading, ConfStatement statement, List<ConfWord> names)
    {
        string block = statement.Keyword.Text;
        foreach (ConfStatement line in statement.Block!)
        {
            if (!reading.AdmitLine(line, block)) continue;
            foreach (ConfWord word in line.Words)
            {
                if (!names.Exists(n => n.Text == word.Text)) names.Add(word);
                else reading.Warning("DuplicateName", word, $"`{word.Text}` stands in this `{block}` already; it counts once.");
            }
        }
    }

    private static void ReadGlobalTracking(ConfReading reading, ConfStatement statement, SyncGroupDraft draft)
    {
        reading.Warning("Deprecated", statement.Keyword,
            "`global_tracking` is taken as `sync_group_tracking_weight`, as keepalived does; write the trackers into the vrrp_sync_group instead.");
        draft.TrackingWeight = true;
    }
}

/// <summary>A vrrp_sync_group while it is read.</summary>
internal sealed partial class SyncGroupDraft
{
    public List<ConfWord> Members { get; } = [];

    public bool TrackingWeight { get; set; }
}
