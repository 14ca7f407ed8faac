namespace HaTools.Configuration.Keepalived;

/// <summary>What an instance follows.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Trackers =>
    [
        new() { Name = "track_script", HasBlock = true, Repeatable = true, Read = ReadTrackScript },
        new() { Name = "track_bfd", HasBlock = true, Repeatable = true, Read = (r, s, d) => TrackedLines.Read(r, s, d.TrackedBfd) },
    ];

    private static VrrpInstance WithTrackers(InstanceBuild build, VrrpInstance instance)
    {
        for (int i = 0; i < build.Draft.Tracked.Count; i++)
            build.Positions.Note(build.Path.Element("trackScripts", i), build.Draft.Tracked[i].Word.Position);
        for (int i = 0; i < build.Draft.TrackedBfd.Count; i++)
            build.Positions.Note(build.Path.Element("trackBfd", i), build.Draft.TrackedBfd[i].Word.Position);
        return instance with
        {
            TrackScripts = build.Draft.Tracked.Select(t => t.Script).ToValueList(),
            TrackBfd = build.Draft.TrackedBfd.Select(t => t.Tracked).ToValueList(),
        };
    }

    private static void ReadTrackScript(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        foreach (ConfStatement line in statement.Block!)
        {
            if (!reading.Admit(line)) continue;
            ConfWord name = line.Keyword;
            if (line.Block is not null)
            {
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", "A line of track_script takes no block.");
                continue;
            }
            int? weight = null;
            if (line.Argument(1) is { } option)
            {
                if (option.Text != "weight") reading.UnknownWord(option, "option of track_script", ["weight"]);
                else if (line.Argument(2) is not { } value) reading.Error("MissingValue", option, "`weight` needs a value.");
                else
                {
                    weight = ScriptGrammar.Weight(reading, value);
                    if (line.Argument(3) is { Text: "reverse" } reverse) reading.NotSupported(reverse, "`weight … reverse`");
                    else reading.ReportSurplus(null, line, 3);
                }
            }
            if (draft.Tracked.Exists(t => t.Script.Name == name.Text))
                reading.Warning("DuplicateName", name, $"`{name.Text}` is tracked already; this line is ignored, as keepalived does.");
            else draft.Tracked.Add((new Tracked(name.Text, weight), name));
        }
    }
}

/// <summary>What an instance follows.</summary>
internal sealed partial class InstanceDraft
{
    public List<(Tracked Script, ConfWord Word)> Tracked { get; } = [];

    public List<(Tracked Tracked, ConfWord Word)> TrackedBfd { get; } = [];
}
