namespace HaTools.Configuration.Keepalived;

/// <summary>Where iproute2's names are.</summary>
internal static partial class GlobalGrammar
{
    private static Keyword<GlobalDraft>[] Names =>
    [
        new() { Name = "iproute_etc_dir", Required = 1, Allowed = 1, Read = (_, s, d) => d.IprouteEtcDirectory = s.Words[1].Text },
        new() { Name = "iproute_usr_dir", Required = 1, Allowed = 1, Read = (_, s, d) => d.IprouteUsrDirectory = s.Words[1].Text },
    ];
}

/// <summary>Where iproute2's names are.</summary>
internal sealed partial class GlobalDraft
{
    public string? IprouteEtcDirectory { get; set; }

    public string? IprouteUsrDirectory { get; set; }
}
