using System.Globalization;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>vrrp_script</c>, with our <c>recover</c>.</summary>
internal static class ScriptGrammar
{
    public static Grammar<ScriptDraft> Grammar { get; } = new("vrrp_script",
    [
        new() { Name = "script", Required = 1, Allowed = int.MaxValue - 1, Read = (r, s, d) => d.Command = Command(r, s) },
        new() { Name = "interval", Required = 1, Allowed = 1, Read = ReadInterval },
        new() { Name = "timeout", Required = 1, Allowed = 1, Read = ReadTimeout },
        new() { Name = "weight", Required = 1, Allowed = 2, Read = ReadWeight },
        new() { Name = "rise", Required = 1, Allowed = 1, Read = (r, s, d) => d.Rise = Runs(r, s.Words[1]) ?? d.Rise },
        new() { Name = "fall", Required = 1, Allowed = 1, Read = (r, s, d) => d.Fall = Runs(r, s.Words[1]) ?? d.Fall },
        new() { Name = "user", Required = 1, Allowed = 2, Read = (_, s, d) => d.User = User(s, 1) },
        new() { Name = "init_fail", Read = (_, _, d) => d.InitFail = true },
        new() { Name = "recover", Required = 1, Allowed = int.MaxValue - 1, Read = ReadRecover },
        new() { Name = "recover_timeout", Required = 1, Allowed = 1, Read = ReadRecoverTimeout },
        new() { Name = "recover_delay", Required = 1, Allowed = 1, Read = ReadRecoverDelay },
    ]);

    /// <summary>
    /// <c>user [[:][group]]</c> as the model has it, <c>user:group</c>; null: none is given. The colon asks for the user's other groups, which scripts
    /// have anyway.
    /// </summary>
    /// <param name="statement">The line.</param>
    /// <param name="at">The argument that is the user.</param>
    public static string? User(ConfStatement statement, int at)
    {
        if (statement.Argument(at) is not { } user) return null;
        string group = statement.Argument(at + 1)?.Text.TrimStart(':') ?? "";
        return group.Length == 0 ? user.Text : $"{user.Text}:{group}";
    }

    /// <summary>Builds the tracker, and notes where it was written; null when what it needs is missing.</summary>
    public static ScriptTracker? Build(ConfReading reading, ConfStatement statement, ModelPositions positions, int index)
    {
        var draft = new ScriptDraft();
        reading.ReadBlock(Grammar, statement.Block!, draft);
        ConfWord name = statement.Words[1];
        if (draft.RecoverDetail is { } detail && draft.Recover is null)
            reading.Error("MissingKeyword", detail, $"`{detail.Text}` needs `recover \"COMMAND\"` beside it.");
        if (draft.Command is not { } command)
        {
            if (!statement.Block!.Exists(s => s.Words.Length > 0 && s.Keyword.Text == "script"))
                reading.Error("MissingKeyword", name, $"The vrrp_script `{name.Text}` has no `script`.");
            return null;
        }
        var path = new ModelPath("scripts", index);
        positions.Note(path, name.Position);
        positions.Note(path with { Property = "command" }, command.Position);
        if (draft.Recover is { } word) positions.Note(path with { Property = "recover" }, word.Position);
        return new ScriptTracker
        {
            Name = name.Text,
            Command = command.Text,
            Interval = draft.Interval,
            Timeout = draft.Timeout,
            Weight = draft.Weight,
            Reverse = draft.Reverse,
            Rise = draft.Rise,
            Fall = draft.Fall,
            User = draft.User,
            InitFail = draft.InitFail,
            Recover = draft.Recover is not { } recover ? null : new RecoveryAction
            {
                Command = recover.Text,
                Timeout = draft.RecoverTimeout,
                Delay = draft.RecoverDelay,
            },
        };
    }

    // The command line is one word (measured with keepalived 2.2.7: arguments outside the quotes are dropped without a word).
    public static ConfWord Command(ConfReading reading, ConfStatement statement)
    {
        ConfWord word = statement.Words[1];
        if (statement.ArgumentCount == 1) return word;
        string rest = string.Join(' ', statement.Words[2..].Select(w => w.Text));
        reading.Diagnostics.Warning("SurplusWords", statement.Words[2].Position, rest,
            $"keepalived runs `{word.Text}` alone, and so do we. Put the whole command in double quotes if `{rest}` belongs to it.");
        return word;
    }

    private static void ReadInterval(ConfReading reading, ConfStatement statement, ScriptDraft draft) =>
        draft.Interval = ConfValues.Seconds(reading, statement.Words[1], 0.001m, 1_000_000m, "taken as 1 s, as keepalived does")
            ?? TimeSpan.FromSeconds(1);

    private static void ReadTimeout(ConfReading reading, ConfStatement statement, ScriptDraft draft) =>
        draft.Timeout = ConfValues.Seconds(reading, statement.Words[1], 0.001m, 1_000_000m, "taken as 1 s, as keepalived does")
            ?? TimeSpan.FromSeconds(1);

    private static void ReadWeight(ConfReading reading, ConfStatement statement, ScriptDraft draft)
    {
        (int? weight, draft.Reverse) = TrackGrammar.OwnWeight(reading, statement, 253);
        draft.Weight = weight ?? draft.Weight;
    }

    private static int? Runs(ConfReading reading, ConfWord word) =>
        ConfValues.Integer(reading, word, 1, int.MaxValue, "taken as 1, as keepalived does");

    private static void ReadRecover(ConfReading reading, ConfStatement statement, ScriptDraft draft) =>
        draft.Recover = Command(reading, statement);

    private static void ReadRecoverTimeout(ConfReading reading, ConfStatement statement, ScriptDraft draft)
    {
        draft.RecoverDetail = statement.Keyword;
        if (Duration(reading, statement.Words[1], 0.001m) is { } timeout) draft.RecoverTimeout = timeout;
    }

    private static void ReadRecoverDelay(ConfReading reading, ConfStatement statement, ScriptDraft draft)
    {
        draft.RecoverDetail = statement.Keyword;
        if (Duration(reading, statement.Words[1], 0m) is { } delay) draft.RecoverDelay = delay;
    }

    // These keywords are ours: nothing repairs them.
    private static TimeSpan? Duration(ConfReading reading, ConfWord word, decimal least)
    {
        if (decimal.TryParse(word.Text, CultureInfo.InvariantCulture, out decimal seconds) && seconds >= least && seconds <= 86400m)
            return TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        reading.Error("ValueOutOfRange", word, $"`{word.Text}` is no time in seconds from {least} to 86400.");
        return null;
    }
}

/// <summary>A vrrp_script while it is read.</summary>
internal sealed class ScriptDraft
{
    public ConfWord? Command { get; set; }

    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan? Timeout { get; set; }

    public int Weight { get; set; }

    public bool Reverse { get; set; }

    public int Rise { get; set; } = 1;

    public int Fall { get; set; } = 1;

    public string? User { get; set; }

    public bool InitFail { get; set; }

    public ConfWord? Recover { get; set; }

    public ConfWord? RecoverDetail { get; set; }

    public TimeSpan RecoverTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan RecoverDelay { get; set; } = TimeSpan.FromSeconds(1);
}
