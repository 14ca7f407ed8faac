namespace HaTools.Configuration.Keepalived;

/// <summary>Checks, and what they take when they do not say otherwise.</summary>
internal static partial class VirtualServerGrammar
{
    private const string Ignored = "keepalived ignores it";

    /// <summary>To where and from where.</summary>
    private static Keyword<T>[] Connection<T>() where T : ConnectingDraft =>
    [
        .. Network<T>(),
        new() { Name = "connect_port", Required = 1, Allowed = 1, Read = (r, s, d) => d.Port = Port(r, s) ?? d.Port },
        new() { Name = "bind_port", Required = 1, Allowed = 1, Read = (r, s, d) => d.BindPort = Port(r, s) ?? d.BindPort },
    ];

    /// <summary>The same, but for ports.</summary>
    private static Keyword<T>[] Network<T>() where T : NetworkDraft =>
    [
        new() { Name = "connect_ip", Required = 1, Allowed = 1, Read = (r, s, d) => d.Address = ConfValues.Address(r, s.Words[1]) ?? d.Address },
        new() { Name = "bindto", Required = 1, Allowed = 1, Read = (r, s, d) => d.BindAddress = ConfValues.Address(r, s.Words[1]) ?? d.BindAddress },
        new() { Name = "bind_if", Required = 1, Allowed = 1, Read = (_, s, d) => d.BindInterface = s.Words[1].Text },
        new() { Name = "fwmark", Required = 1, Allowed = 1, Read = ReadMark },
        ConnectTimeout<T>(d => d),
    ];

    /// <summary>When, and what is told: of every check.</summary>
    private static Keyword<T>[] Timing<T>() where T : CheckDraft =>
    [
        .. Timing<T>(d => d), DelayLoop<T>(d => d),
        new() { Name = "log_all_failures", Allowed = 1, Read = (r, s, d) => d.LogAllFailures = ConfValues.Boolean(r, s) },
    ];

    /// <summary>When, as a check, a real server and a service may say it.</summary>
    private static Keyword<T>[] Timing<T>(Func<T, CheckDefaults> of) where T : class =>
    [
        new() { Name = "retry", Required = 1, Allowed = 1, Read = (r, s, d) => of(d).Retry = Retry(r, s) ?? of(d).Retry },
        new() { Name = "delay_before_retry", Required = 1, Allowed = 1, Read = (r, s, d) => of(d).DelayBeforeRetry = Time(r, s, 0m, 1_000_000m) ?? of(d).DelayBeforeRetry },
        new() { Name = "warmup", Required = 1, Allowed = 1, Read = (r, s, d) => of(d).Warmup = Time(r, s, 0m, 1_000_000m) ?? of(d).Warmup },
        Alpha(of),
    ];

    private static Keyword<T> Alpha<T>(Func<T, CheckDefaults> of) where T : class => new() { Name = "alpha", Allowed = 1, Read = (r, s, d) => of(d).Alpha = ConfValues.Boolean(r, s) };

    private static Keyword<T> ConnectTimeout<T>(Func<T, CheckDefaults> of) where T : class => new()
    {
        Name = "connect_timeout",
        Required = 1,
        Allowed = 1,
        Read = (r, s, d) => of(d).ConnectTimeout = Time(r, s, 0.000001m, 4294.967295m) ?? of(d).ConnectTimeout,
    };

    private static Keyword<T> DelayLoop<T>(Func<T, CheckDefaults> of) where T : class => new()
    {
        Name = "delay_loop",
        Required = 1,
        Allowed = 1,
        Read = (r, s, d) => of(d).DelayLoop = Time(r, s, 0.000001m, 1_000_000m) ?? of(d).DelayLoop,
    };

    /// <summary>A keyword whose block is a check.</summary>
    private static Keyword<RealServerDraft> CheckBlock<T>(string name, Func<Grammar<T>> grammar) where T : CheckDraft, new() => new()
    {
        Name = name,
        HasBlock = true,
        Repeatable = true,
        Read = (r, s, d) =>
        {
            var check = new T();
            d.Checks.Add(check);
            r.ReadBlock(grammar(), s.Block!, check);
        },
    };

    private static void ReadMark(ConfReading reading, ConfStatement statement, NetworkDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (ConfValues.Unsigned(word) is { } mark) draft.Mark = mark;
        else reading.Warning("InvalidNumber", word, $"`{word.Text}` is no firewall mark: a whole number up to {uint.MaxValue}; {Ignored}.");
    }

    private static int? Port(ConfReading reading, ConfStatement statement) => ConfValues.Integer(reading, statement.Words[1], 1, 65535, Ignored);

    private static int? Retry(ConfReading reading, ConfStatement statement) => ConfValues.Integer(reading, statement.Words[1], 0, int.MaxValue, Ignored);

    private static TimeSpan? Time(ConfReading reading, ConfStatement statement, decimal least, decimal most) => ConfValues.Seconds(reading, statement.Words[1], least, most, Ignored);
}
