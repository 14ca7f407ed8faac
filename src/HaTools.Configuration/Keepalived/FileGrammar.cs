using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>track_file</c> at the top level, and <c>vrrp_track_file</c>, its former name.</summary>
internal static class FileGrammar
{
    public static Grammar<FileDraft> Grammar { get; } = new("track_file",
    [
        new() { Name = "file", Required = 1, Allowed = 1, Repeatable = true, Read = ReadFile },
        new()
        {
            Name = "weight", Required = 1, Allowed = 2,
            Read = (r, s, d) =>
            {
                (int? weight, d.Reverse) = TrackGrammar.OwnWeight(r, s, 254);
                d.Weight = weight ?? d.Weight;
            },
        },
        new() { Name = "init_file", Allowed = 2, Read = ReadInitial },
    ]);

    /// <summary>Builds the tracker, and notes where it was written; null when what it needs is missing.</summary>
    public static FileTracker? Build(ConfReading reading, ConfStatement statement, ModelPositions positions, int index)
    {
        var draft = new FileDraft();
        ConfWord name = statement.Words[1];
        if (statement.Keyword.Text == "vrrp_track_file")
            reading.Warning("Deprecated", statement.Keyword, "`vrrp_track_file` is the former name of `track_file`; it means the same.");
        reading.ReadBlock(Grammar, statement.Block!, draft);
        if (draft.File is not { } file)
        {
            if (!statement.Block!.Exists(s => s.Words.Length > 0 && s.Keyword.Text == "file"))
                reading.Error("MissingKeyword", name, $"The track_file `{name.Text}` has no `file`.");
            return null;
        }

        var path = new ModelPath("files", index);
        positions.Note(path, name.Position);
        positions.Note(path.Key("path"), file.Position);
        return new FileTracker
        {
            Name = name.Text,
            Path = file.Text,
            Weight = draft.Weight,
            Reverse = draft.Reverse,
            InitialValue = draft.InitialValue,
            Overwrite = draft.Overwrite,
        };
    }

    private static void ReadFile(ConfReading reading, ConfStatement statement, FileDraft draft)
    {
        if (draft.File is null) draft.File = statement.Words[1];
        else reading.Warning("RepeatedKeyword", statement.Keyword, "This track_file has its `file` already: keepalived ignores this one, and so do we.");
    }

    private static void ReadInitial(ConfReading reading, ConfStatement statement, FileDraft draft)
    {
        draft.InitialValue = 0;
        for (int i = 1; i <= Math.Min(2, statement.ArgumentCount); i++)
        {
            ConfWord word = statement.Words[i];
            if (word.Text == "overwrite") draft.Overwrite = true;
            else if (int.TryParse(word.Text, out int value)) draft.InitialValue = value;
            else reading.UnknownWord(word, "value of init_file", ["a whole number", "overwrite"]);
        }
    }
}

/// <summary>A track_file while it is read.</summary>
internal sealed class FileDraft
{
    public ConfWord? File { get; set; }

    public int Weight { get; set; } = 1;

    public bool Reverse { get; set; }

    public int? InitialValue { get; set; }

    public bool Overwrite { get; set; }
}
