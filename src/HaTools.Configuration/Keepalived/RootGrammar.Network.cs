namespace HaTools.Configuration.Keepalived;

/// <summary>Static addresses, routes and rules, and their track groups. What is static is read when the names of iproute2 are known.</summary>
internal static partial class RootGrammar
{
    private static Keyword<RootDraft>[] Network =>
    [
        new() { Name = "static_ipaddress", HasBlock = true, Repeatable = true, Read = (_, s, draft) => draft.Static.Add(s) },
        new() { Name = "static_routes", HasBlock = true, Repeatable = true, Read = (_, s, draft) => draft.Static.Add(s) },
        new() { Name = "static_rules", HasBlock = true, Repeatable = true, Read = (_, s, draft) => draft.Static.Add(s) },
        new() { Name = "track_group", Required = 1, Allowed = 1, HasBlock = true, Repeatable = true, Read = (_, s, draft) => draft.TrackGroups.Add(s) },
    ];

    /// <summary>Reads the lines of what is static.</summary>
    public static void ReadStatic(ConfReading reading, RootDraft draft)
    {
        foreach (ConfStatement block in draft.Static)
        {
            switch (block.Keyword.Text)
            {
                case "static_ipaddress":
                    AddressLines.Read(reading, block.Block!, isStatic: true, draft.StaticAddresses);
                    break;
                case "static_routes":
                    RouteLines.Read(reading, block.Block!, isStatic: true, draft.StaticRoutes);
                    break;
                default:
                    RuleLines.Read(reading, block.Block!, isStatic: true, draft.StaticRules);
                    break;
            }
        }
    }
}

/// <summary>Static addresses, routes and rules, and their track groups.</summary>
internal sealed partial class RootDraft
{
    public List<ConfStatement> Static { get; } = [];

    public List<ConfStatement> TrackGroups { get; } = [];

    public List<AddressLine> StaticAddresses { get; } = [];

    public List<RouteLine> StaticRoutes { get; } = [];

    public List<RuleLine> StaticRules { get; } = [];
}
