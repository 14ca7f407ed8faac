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
    public static ValueList<Tracked> List(List<TrackLine> lines, ModelPositions positions, ModelPath path, string list)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            ModelPath place = path.Element(list, i);
            positions.Note(place, lines[i].Word.Position);
            if (lines[i].Weight is { } weight) positions.Note(place.Key("weight"), weight.Position);
        }

        return lines.Select(l => l.Tracked).ToValueList();
    }

    private static Keyword<T> Block<T>(string keyword, int most, string[] directions, Func<T, List<TrackLine>> list) => new()
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
        ConfReading reading, ConfStatement line, string keyword, int most, string[] directions, List<TrackLine> lines)
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
        else lines.Add(new TrackLine(new Tracked(name.Text, weight, reverse), name, weight is null ? null : line.Argument(2)));
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
    public List<TrackLine> Interfaces { get; } = [];

    public List<TrackLine> Scripts { get; } = [];

    public List<TrackLine> Files { get; } = [];

    public List<TrackLine> Processes { get; } = [];

    public List<TrackLine> Bfd { get; } = [];
}

/// <summary>A line of what is followed.</summary>
/// <param name="Tracked">What it says.</param>
/// <param name="Word">The name.</param>
/// <param name="Weight">The weight's number; null: the line has none.</param>
internal sealed record TrackLine(Tracked Tracked, ConfWord Word, ConfWord? Weight);
