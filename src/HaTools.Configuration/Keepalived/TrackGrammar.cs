using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>track_interface</c>, <c>track_script</c>, <c>track_file</c>, <c>track_process</c>, <c>track_bfd</c>: in instances and sync groups.</summary>
internal static class TrackGrammar
{
    /// <summary>The keywords of a block that follows trackers.</summary>
    /// <param name="of">The block's part for them.</param>
    public static Keyword<T>[] Keywords<T>(Func<T, TrackDraft> of) =>
    [
        Block<T>("track_interface", 253, ["reverse"], d => of(d).Interfaces),
        Block<T>("track_script", 253, ["reverse", "noreverse"], d => of(d).Scripts),
        Block<T>("track_file", 254, ["reverse", "noreverse"], d => of(d).Files),
        Block<T>("track_process", 254, ["reverse", "noreverse"], d => of(d).Processes),
        Block<T>("track_bfd", 253, ["reverse", "noreverse"], d => of(d).Bfd),
    ];

    /// <summary>What was read, as the model has it; notes where each was written.</summary>
    public static ValueList<Tracked> List(List<(Tracked Tracked, ConfWord Word)> lines, ModelPositions positions, ModelPath path, string list)
    {
        for (int i = 0; i < lines.Count; i++) positions.Note(path.Element(list, i), lines[i].Word.Position);
        return lines.Select(l => l.Tracked).ToValueList();
    }

    private static Keyword<T> Block<T>(string keyword, int most, string[] directions, Func<T, List<(Tracked, ConfWord)>> list) => new()
    {
        // More than one of these blocks add up.
        Name = keyword,
        HasBlock = true,
        Repeatable = true,
        Read = (reading, statement, draft) =>
        {
            foreach (ConfStatement line in statement.Block!)
            {
                if (reading.AdmitLine(line, keyword)) ReadLine(reading, line, keyword, most, directions, list(draft));
            }
        },
    };

    private static void ReadLine(
        ConfReading reading, ConfStatement line, string keyword, int most, string[] directions, List<(Tracked Tracked, ConfWord Word)> lines)
    {
        ConfWord name = line.Keyword;
        int? weight = null;
        bool? reverse = null;
        if (line.Argument(1) is { } option)
        {
            if (option.Text != "weight")
            {
                reading.UnknownWord(option, $"option of {keyword}", ["weight"]);
            }
            else if (line.Argument(2) is not { } value)
            {
                reading.Error("MissingValue", option, "`weight` needs a value.");
            }
            else
            {
                weight = Weight(reading, value, most);
                if (line.Argument(3) is { } direction)
                {
                    if (directions.Contains(direction.Text)) reverse = direction.Text == "reverse";
                    else reading.UnknownWord(direction, $"option of {keyword}'s weight", directions);
                    reading.ReportSurplus(null, line, 4);
                }
            }
        }

        if (lines.Exists(t => t.Tracked.Name == name.Text))
            reading.Warning("DuplicateName", name, $"`{name.Text}` is tracked already; this line is ignored, as keepalived does.");
        else lines.Add((new Tracked(name.Text, weight, reverse), name));
    }

    /// <summary>The effect of keepalived's weights ends where priorities do.</summary>
    public static int? Weight(ConfReading reading, ConfWord word, int most)
    {
        if (!int.TryParse(word.Text, out int given)) return ConfValues.RequiredInteger(reading, word, "weight", -most, most);
        int weight = Math.Clamp(given, -most, most);
        if (weight != given) reading.Warning("ValueOutOfRange", word, $"A weight is from -{most} to {most}; taken as {weight}.");
        return weight;
    }

    /// <summary><c>weight N [reverse]</c> of a tracker itself.</summary>
    public static (int? Weight, bool Reverse) OwnWeight(ConfReading reading, ConfStatement statement, int most)
    {
        int? weight = Weight(reading, statement.Words[1], most);
        if (statement.Argument(2) is not { } option) return (weight, false);
        if (option.Text != "reverse") reading.UnknownWord(option, "weight option", ["reverse"]);
        return (weight, option.Text == "reverse");
    }
}

/// <summary>What a block follows, while it is read.</summary>
internal sealed class TrackDraft
{
    public List<(Tracked Tracked, ConfWord Word)> Interfaces { get; } = [];

    public List<(Tracked Tracked, ConfWord Word)> Scripts { get; } = [];

    public List<(Tracked Tracked, ConfWord Word)> Files { get; } = [];

    public List<(Tracked Tracked, ConfWord Word)> Processes { get; } = [];

    public List<(Tracked Tracked, ConfWord Word)> Bfd { get; } = [];
}
