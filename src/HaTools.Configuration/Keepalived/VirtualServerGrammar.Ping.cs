namespace HaTools.Configuration.Keepalived;

/// <summary><c>PING_CHECK</c>.</summary>
internal static partial class VirtualServerGrammar
{
    private const string NoPorts = "an echo request has no ports.";

    public static Grammar<PingDraft> PingCheck { get; } = new("PING_CHECK", [.. Network<PingDraft>(), .. Timing<PingDraft>()],
        new Dictionary<string, string> { ["connect_port"] = NoPorts, ["bind_port"] = NoPorts });

    private static Keyword<RealServerDraft> PingBlock => CheckBlock("PING_CHECK", () => PingCheck);
}

/// <summary>A PING_CHECK while it is read.</summary>
internal sealed class PingDraft : NetworkDraft
{
    public override HealthCheck Build(CheckContext context) => Networked(new PingCheck(), context);
}
