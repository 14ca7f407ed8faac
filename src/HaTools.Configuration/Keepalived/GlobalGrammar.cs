namespace HaTools.Configuration.Keepalived;

/// <summary><c>global_defs</c>. Each area has a file: its keywords and its part of the draft.</summary>
internal static partial class GlobalGrammar
{
    public static Grammar<GlobalDraft> Grammar { get; } = new("global_defs", [.. Node, .. VrrpDefaults, .. Announcements, .. Scripts, .. Fifos, .. Mails, .. Firewall, .. Ipvs, .. Synchronization, .. Names], Harmless);

    private static Keyword<GlobalDraft>[] Node =>
    [
        new() { Name = "router_id", Required = 1, Allowed = 1, Read = (_, s, d) => d.RouterId = s.Words[1] },
        new()
        {
            Name = "self_fence", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.SelfFencing = InstanceGrammar.SelfFence(r, s.Words[1]),
        },
    ];
}

/// <summary>What global_defs sets for the node and as defaults of its instances and scripts.</summary>
internal sealed partial class GlobalDraft
{
    public ConfWord? RouterId { get; set; }

    public SelfFencing? SelfFencing { get; set; }
}
