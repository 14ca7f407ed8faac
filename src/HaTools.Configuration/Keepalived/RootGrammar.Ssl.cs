namespace HaTools.Configuration.Keepalived;

/// <summary><c>SSL</c>: what HTTPS checks show and trust.</summary>
internal static partial class RootGrammar
{
    public static Grammar<SslDraft> SslGrammar { get; } = new("SSL",
    [
        File("ca", (d, f) => d.Settings = d.Settings with { Ca = f }),
        File("certificate", (d, f) => d.Settings = d.Settings with { Certificate = f }),
        File("key", (d, f) => d.Settings = d.Settings with { Key = f }),
        File("password", (d, p) => d.Settings = d.Settings with { Password = p }),
    ]);

    private static Keyword<RootDraft>[] Ssl =>
    [
        new()
        {
            Name = "SSL", HasBlock = true,
            Read = (reading, statement, draft) => reading.ReadBlock(SslGrammar, statement.Block!, draft.Ssl = new SslDraft(statement)),
        },
    ];

    private static Keyword<SslDraft> File(string name, Action<SslDraft, string> set) => new() { Name = name, Required = 1, Allowed = 1, Read = (_, s, d) => set(d, s.Words[1].Text) };
}

/// <summary>An SSL block while it is read.</summary>
/// <param name="statement">The block.</param>
internal sealed class SslDraft(ConfStatement statement)
{
    public ConfStatement Statement => statement;

    public SslSettings Settings { get; set; } = SslSettings.None;
}

/// <summary>What HTTPS checks show and trust.</summary>
internal sealed partial class RootDraft
{
    public SslDraft? Ssl { get; set; }
}
