namespace HaTools.Configuration.Keepalived;

/// <summary>Virtual routes and rules.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Routes =>
    [
        new()
        {
            Name = "virtual_routes", HasBlock = true, Repeatable = true,
            Read = (r, s, d) => RouteLines.Read(r, s.Block!, isStatic: false, d.Routes),
        },
        new()
        {
            Name = "virtual_rules", HasBlock = true, Repeatable = true,
            Read = (r, s, d) => RuleLines.Read(r, s.Block!, isStatic: false, d.Rules),
        },
    ];

    // The rules follow when all of the file is read, since their preferences go by the order in it.
    private static VrrpInstance WithRoutes(InstanceBuild build, VrrpInstance instance)
    {
        for (int i = 0; i < build.Draft.Routes.Count; i++)
            build.Positions.Note(build.Path.Element("virtualRoutes", i), build.Draft.Routes[i].Word.Position);
        for (int i = 0; i < build.Draft.Rules.Count; i++)
            build.Positions.Note(build.Path.Element("virtualRules", i), build.Draft.Rules[i].Word.Position);
        return instance with { VirtualRoutes = build.Draft.Routes.Select(r => r.Route).ToValueList() };
    }
}

/// <summary>Virtual routes and rules.</summary>
internal sealed partial class InstanceDraft
{
    public List<RouteLine> Routes { get; } = [];

    public List<RuleLine> Rules { get; } = [];
}
