namespace HaTools.Configuration.Keepalived;

/// <summary><c>MISC_CHECK</c>.</summary>
internal static partial class VirtualServerGrammar
{
    private const int LongestMiscTimeout = 4294;

    public static Grammar<MiscDraft> MiscCheck { get; } = new("MISC_CHECK",
    [
        .. Timing<MiscDraft>(),
        new() { Name = "misc_path", Required = 1, Allowed = int.MaxValue - 1, Read = (r, s, d) => d.Command = ScriptGrammar.Command(r, s) },
        new() { Name = "misc_timeout", Required = 1, Allowed = 1, Read = ReadMiscTimeout },
        new() { Name = "misc_dynamic", Read = (_, _, d) => d.DynamicWeight = true },
        new() { Name = "user", Required = 1, Allowed = 2, Read = (_, s, d) => d.User = ScriptGrammar.User(s, 1) },
    ], new Dictionary<string, string>());

    private static Keyword<RealServerDraft> MiscBlock => new()
    {
        Name = "MISC_CHECK",
        HasBlock = true,
        Repeatable = true,
        Read = (r, s, d) =>
        {
            var draft = new MiscDraft();
            r.ReadBlock(MiscCheck, s.Block!, draft);
            if (draft.Command is not null) d.Checks.Add(draft);
            else if (!Says(s, "misc_path")) r.Error("MissingKeyword", s.Keyword, "The MISC_CHECK has no `misc_path`.");
        },
    };

    // 0 is that of the service, as keepalived takes it.
    private static void ReadMiscTimeout(ConfReading reading, ConfStatement statement, MiscDraft draft)
    {
        if (ConfValues.Integer(reading, statement.Words[1], 0, LongestMiscTimeout, Ignored) is { } seconds) draft.Timeout = seconds == 0 ? null : TimeSpan.FromSeconds(seconds);
    }
}

/// <summary>A MISC_CHECK while it is read.</summary>
internal sealed class MiscDraft : CheckDraft
{
    public ConfWord? Command { get; set; }

    public TimeSpan? Timeout { get; set; }

    public bool DynamicWeight { get; set; }

    public string? User { get; set; }

    public override HealthCheck? Build(CheckContext context) => Command is null ? null
        : Timed(new MiscCheck { Command = Command.Text, Timeout = Timeout, DynamicWeight = DynamicWeight, User = User }, context);
}
