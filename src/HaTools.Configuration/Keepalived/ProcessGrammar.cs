using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>vrrp_track_process</c>.</summary>
internal static class ProcessGrammar
{
    private const string Ignored = "keepalived ignores it";

    public static Grammar<ProcessDraft> Grammar { get; } = new("vrrp_track_process",
    [
        new() { Name = "process", Required = 1, Allowed = int.MaxValue - 1, Repeatable = true, Read = ReadProcess },
        new() { Name = "param_match", Allowed = 1, Read = ReadMatch },
        new()
        {
            Name = "weight", Required = 1, Allowed = 2,
            Read = (r, s, d) =>
            {
                (int? weight, d.Reverse) = TrackGrammar.OwnWeight(r, s, 254);
                d.Weight = weight ?? d.Weight;
            },
        },
        new() { Name = "quorum", Required = 1, Allowed = 1, Read = ReadQuorum },
        new() { Name = "quorum_max", Required = 1, Allowed = 1, Read = ReadQuorumMax },
        new() { Name = "delay", Required = 1, Allowed = 1, Read = (r, s, d) => d.ForkDelay = d.TerminateDelay = Delay(r, s) ?? d.ForkDelay },
        new() { Name = "fork_delay", Required = 1, Allowed = 1, Read = (r, s, d) => d.ForkDelay = Delay(r, s) ?? d.ForkDelay },
        new() { Name = "terminate_delay", Required = 1, Allowed = 1, Read = (r, s, d) => d.TerminateDelay = Delay(r, s) ?? d.TerminateDelay },
        new() { Name = "full_command", Read = (_, _, d) => d.FullCommand = true },
    ]);

    /// <summary>Builds the tracker, and notes where it was written; null when what it needs is missing.</summary>
    public static ProcessTracker? Build(ConfReading reading, ConfStatement statement, ModelPositions positions, int index)
    {
        var draft = new ProcessDraft();
        ConfWord name = statement.Words[1];
        reading.ReadBlock(Grammar, statement.Block!, draft);
        if (draft.Process is not { } process)
        {
            if (!statement.Block!.Exists(s => s.Words.Length > 0 && s.Keyword.Text == "process"))
                reading.Error("MissingKeyword", name, $"The vrrp_track_process `{name.Text}` has no `process`.");
            return null;
        }

        var path = new ModelPath("processes", index);
        positions.Note(path, name.Position);
        positions.Note(path.Key("command"), process[0].Position);
        return new ProcessTracker
        {
            Name = name.Text,
            Command = process.Select(w => w.Text).ToValueList(),
            Parameters = draft.Match ?? (process.Length > 1 ? ParameterMatch.Exact : null),
            FullCommand = draft.FullCommand,
            Weight = draft.Weight,
            Reverse = draft.Reverse,
            Quorum = draft.Quorum,
            QuorumMax = draft.QuorumMax,
            ForkDelay = draft.ForkDelay,
            TerminateDelay = draft.TerminateDelay,
        };
    }

    private static void ReadProcess(ConfReading reading, ConfStatement statement, ProcessDraft draft)
    {
        if (draft.Process is null) draft.Process = statement.Words[1..];
        else reading.Warning("RepeatedKeyword", statement.Keyword, "This tracker has its `process` already: keepalived ignores this one, and so do we.");
    }

    private static void ReadMatch(ConfReading reading, ConfStatement statement, ProcessDraft draft)
    {
        switch (statement.Argument(1))
        {
            case null:
                draft.Match = ParameterMatch.Exact;
                break;
            case { Text: "initial" }:
                draft.Match = ParameterMatch.Initial;
                break;
            case { Text: "partial" }:
                draft.Match = ParameterMatch.Partial;
                break;
            case { } word:
                reading.UnknownWord(word, "param_match", ["initial", "partial"]);
                break;
        }
    }

    private static void ReadQuorum(ConfReading reading, ConfStatement statement, ProcessDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (ConfValues.Integer(reading, word, 1, 65535, Ignored) is not { } quorum) return;
        if (quorum > draft.QuorumMax)
            reading.Warning("ValueOutOfRange", word, $"A quorum of {quorum} is more than quorum_max, {draft.QuorumMax}; {Ignored}.");
        else draft.Quorum = quorum;
    }

    private static void ReadQuorumMax(ConfReading reading, ConfStatement statement, ProcessDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (ConfValues.Integer(reading, word, 0, 65535, Ignored) is not { } most) return;
        if (most < draft.Quorum && (most > 0 || draft.Quorum > 1))
            reading.Warning("ValueOutOfRange", word, $"A quorum_max of {most} is less than the quorum, {draft.Quorum}; {Ignored}.");
        else draft.QuorumMax = most;
    }

    private static TimeSpan? Delay(ConfReading reading, ConfStatement statement) =>
        ConfValues.Seconds(reading, statement.Words[1], 0.000001m, 3600m, Ignored);
}

/// <summary>A vrrp_track_process while it is read.</summary>
internal sealed class ProcessDraft
{
    public ConfWord[]? Process { get; set; }

    public ParameterMatch? Match { get; set; }

    public bool FullCommand { get; set; }

    public int Weight { get; set; }

    public bool Reverse { get; set; }

    public int Quorum { get; set; } = 1;

    public int? QuorumMax { get; set; }

    public TimeSpan ForkDelay { get; set; }

    public TimeSpan TerminateDelay { get; set; }
}
