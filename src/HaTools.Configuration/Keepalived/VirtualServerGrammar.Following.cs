using System.Globalization;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>FILE_CHECK</c> and <c>BFD_CHECK</c>.</summary>
internal static partial class VirtualServerGrammar
{
    public static Grammar<FileCheckDraft> FileCheck { get; } = new("FILE_CHECK",
    [
        new() { Name = "track_file", Required = 1, Allowed = 1, Read = (_, s, d) => d.File = s.Words[1] },
        new() { Name = "weight", Required = 1, Allowed = 2, Read = ReadFileWeight },
    ]);

    public static Grammar<BfdCheckDraft> BfdCheck { get; } = new("BFD_CHECK",
    [
        new() { Name = "name", Required = 1, Allowed = 1, Repeatable = true, Read = ReadSession },
        Alpha<BfdCheckDraft>(d => d),
    ]);

    private static Keyword<RealServerDraft> FileBlock => new()
    {
        Name = "FILE_CHECK",
        HasBlock = true,
        Repeatable = true,
        Read = (r, s, d) =>
        {
            var draft = new FileCheckDraft();
            r.ReadBlock(FileCheck, s.Block!, draft);
            if (draft.File is not null) d.Checks.Add(draft);
            else if (!Says(s, "track_file")) r.Error("MissingKeyword", s.Keyword, "The FILE_CHECK has no `track_file`.");
        },
    };

    private static Keyword<RealServerDraft> BfdBlock => new()
    {
        Name = "BFD_CHECK",
        HasBlock = true,
        Repeatable = true,
        Read = (r, s, d) =>
        {
            var draft = new BfdCheckDraft();
            r.ReadBlock(BfdCheck, s.Block!, draft);
            if (draft.Session is not { } session)
            {
                if (!Says(s, "name")) r.Error("MissingKeyword", s.Keyword, "The BFD_CHECK has no `name`.");
            }
            else if (d.Checks.OfType<BfdCheckDraft>().Any(c => c.Session!.Text == session.Text))
            {
                r.Warning("DuplicateName", session, $"A check of this server goes by `{session.Text}` already; this one is ignored, as keepalived does.");
            }
            else
            {
                d.Checks.Add(draft);
            }
        },
    };

    // What is there and cannot be read was told.
    private static bool Says(ConfStatement statement, string keyword) => statement.Block!.Exists(b => b.Words.Length > 0 && b.Keyword.Text == keyword);

    private static void ReadSession(ConfReading reading, ConfStatement statement, BfdCheckDraft draft)
    {
        if (draft.Session is null) draft.Session = statement.Words[1];
        else reading.Warning("RepeatedKeyword", statement.Keyword, $"This BFD_CHECK has its `name` already; {Ignored}, and so do we.");
    }

    private static void ReadFileWeight(ConfReading reading, ConfStatement statement, FileCheckDraft draft)
    {
        const int most = ModelRanges.MostFileCheckWeight;
        ConfWord word = statement.Words[1];
        if (!int.TryParse(word.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int weight) || weight < -most)
        {
            reading.Warning("ValueOutOfRange", word, $"`{word.Text}` is no weight of a file: a whole number from -{most} to {most}; {Ignored}, and so do we.");
            return;
        }

        if (statement.Argument(2) is { Text: not ("reverse" or "noreverse") } option)
        {
            reading.UnknownWord(option, "weight option", ["reverse", "noreverse"]);
            return;
        }

        // One that has its own weight takes nothing of the tracker's.
        (draft.Weight, draft.Reverse) = (weight, statement.Argument(2)?.Text == "reverse");
    }
}

/// <summary>A FILE_CHECK while it is read.</summary>
internal sealed class FileCheckDraft : CheckDraft
{
    public ConfWord? File { get; set; }

    public int? Weight { get; set; }

    public bool? Reverse { get; set; }

    public override HealthCheck? Build(CheckContext context) =>
        File is null ? null : new FileCheck { TrackFile = File.Text, Weight = Weight, Reverse = Reverse, Alpha = AlphaIn(context) };

    public override void Note(ModelPositions positions, ModelPath path) => positions.Note(path.Key("trackFile"), File!.Position);
}

/// <summary>A BFD_CHECK while it is read.</summary>
internal sealed class BfdCheckDraft : CheckDraft
{
    public ConfWord? Session { get; set; }

    public override HealthCheck? Build(CheckContext context) => Session is null ? null : new BfdCheck { Session = Session.Text, Alpha = AlphaIn(context) };

    public override void Note(ModelPositions positions, ModelPath path) => positions.Note(path.Key("session"), Session!.Position);
}
