namespace HaTools.Configuration.Keepalived;

/// <summary>How much of a service must be up.</summary>
internal static partial class VirtualServerGrammar
{
    private static Keyword<ServiceDraft>[] Quorum =>
    [
        new()
        {
            Name = "quorum", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.Quorum = ConfValues.Integer(r, s.Words[1], 1, int.MaxValue, "keepalived takes it as 1") ?? 1,
        },
        new()
        {
            Name = "hysteresis", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.Hysteresis = ConfValues.Integer(r, s.Words[1], 0, int.MaxValue, "keepalived ignores it") ?? d.Hysteresis,
        },
    ];
}

/// <summary>How much of a service must be up.</summary>
internal sealed partial class ServiceDraft
{
    public int Quorum { get; set; } = 1;

    public int Hysteresis { get; set; }
}
