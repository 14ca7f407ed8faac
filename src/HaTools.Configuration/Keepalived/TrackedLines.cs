namespace HaTools.Configuration.Keepalived;

/// <summary>The lines of a <c>track_…</c> block: <c>NAME [weight N [reverse|noreverse]]</c>.</summary>
internal static class TrackedLines
{
    /// <summary>Reads a block.</summary>
    /// <param name="reading">Hears what is amiss.</param>
    /// <param name="statement">The block.</param>
    /// <param name="tracked">Takes what is tracked, each name once.</param>
    public static void Read(ConfReading reading, ConfStatement statement, List<(Tracked Tracked, ConfWord Word)> tracked)
    {
        string block = statement.Keyword.Text;
        foreach (ConfStatement line in statement.Block!)
        {
            if (!reading.Admit(line)) continue;
            ConfWord name = line.Keyword;
            if (line.Block is not null)
            {
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", $"A line of {block} takes no block.");
                continue;
            }

            (int? weight, bool? reverse) = ReadWeight(reading, line, block);
            if (tracked.Exists(t => t.Tracked.Name == name.Text))
                reading.Warning("DuplicateName", name, $"`{name.Text}` is tracked already; this line is ignored, as keepalived does.");
            else tracked.Add((new Tracked(name.Text, weight, reverse), name));
        }
    }

    private static (int? Weight, bool? Reverse) ReadWeight(ConfReading reading, ConfStatement line, string block)
    {
        if (line.Argument(1) is not { } option) return default;
        if (option.Text != "weight")
        {
            reading.UnknownWord(option, $"option of {block}", ["weight"]);
            return default;
        }

        if (line.Argument(2) is not { } value)
        {
            reading.Error("MissingValue", option, "`weight` needs a value.");
            return default;
        }

        int? weight = ScriptGrammar.Weight(reading, value);
        bool? reverse = line.Argument(3)?.Text switch { "reverse" => true, "noreverse" => false, _ => null };
        reading.ReportSurplus(null, line, reverse is null ? 3 : 4);
        return (weight, reverse);
    }
}
