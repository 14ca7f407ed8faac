namespace HaTools.Configuration.Keepalived;

/// <summary>Notify FIFOs.</summary>
internal static partial class GlobalGrammar
{
    private static Keyword<GlobalDraft>[] Fifos =>
    [
        .. Fifo("", d => d.NotifyFifo), .. Fifo("vrrp_", d => d.VrrpNotifyFifo), .. Fifo("lvs_", d => d.IpvsNotifyFifo),
        new() { Name = "vrrp_notify_priority_changes", Allowed = 1, Read = (r, s, d) => d.NotifyPriorityChanges = ConfValues.Boolean(r, s) },
        new() { Name = "fifo_write_vrrp_states_on_reload", Read = (_, _, d) => d.NotifyStatesOnReload = true },
    ];

    public static HaConfiguration WithFifos(ConfReading reading, GlobalDraft globals, HaConfiguration node) => node with
    {
        NotifyFifo = globals.NotifyFifo.Build(reading),
        VrrpNotifyFifo = globals.VrrpNotifyFifo.Build(reading),
        IpvsNotifyFifo = globals.IpvsNotifyFifo.Build(reading),
        NotifyPriorityChanges = globals.NotifyPriorityChanges,
        NotifyStatesOnReload = globals.NotifyStatesOnReload,
    };

    private static Keyword<GlobalDraft>[] Fifo(string prefix, Func<GlobalDraft, FifoDraft> of) =>
    [
        new()
        {
            Name = $"{prefix}notify_fifo",
            Required = 1,
            Allowed = 3,
            Repeatable = true,
            Read = (reading, statement, draft) =>
            {
                if (IsFirst(reading, statement, of(draft).Fifo is null)) of(draft).Fifo = new NotifyFifo(statement.Words[1].Text) { User = ScriptGrammar.User(statement, 2) };
            },
        },
        new()
        {
            Name = $"{prefix}notify_fifo_script",
            Required = 1,
            Allowed = 3,
            Repeatable = true,
            Read = (reading, statement, draft) =>
            {
                if (IsFirst(reading, statement, of(draft).Script is null))
                    (of(draft).Script, of(draft).ScriptWord) = (new NotifyScript(statement.Words[1].Text, ScriptGrammar.User(statement, 2)), statement.Keyword);
            },
        },
    ];

    private static bool IsFirst(ConfReading reading, ConfStatement statement, bool isFirst)
    {
        if (!isFirst) reading.Warning("RepeatedKeyword", statement.Keyword, $"`{statement.Keyword.Text}` stands here already: keepalived ignores this one, and so do we.");
        return isFirst;
    }
}

/// <summary>Notify FIFOs.</summary>
internal sealed partial class GlobalDraft
{
    public FifoDraft NotifyFifo { get; } = new();

    public FifoDraft VrrpNotifyFifo { get; } = new();

    public FifoDraft IpvsNotifyFifo { get; } = new();

    public bool NotifyPriorityChanges { get; set; }

    public bool NotifyStatesOnReload { get; set; }
}

/// <summary>A notify FIFO while it is read: two lines, in any order.</summary>
internal sealed class FifoDraft
{
    public NotifyFifo? Fifo { get; set; }

    public NotifyScript? Script { get; set; }

    public ConfWord? ScriptWord { get; set; }

    public NotifyFifo? Build(ConfReading reading)
    {
        if (Fifo is not null) return Fifo with { Script = Script };
        if (ScriptWord is { } word)
            reading.Warning("NoEffect", word, $"`{word.Text}` has no FIFO to read: there is no `{word.Text[..^"_script".Length]}`. keepalived does not run it, and neither do we.");
        return null;
    }
}
