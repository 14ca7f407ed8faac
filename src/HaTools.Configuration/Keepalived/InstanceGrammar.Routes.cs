namespace HaTools.Configuration.Keepalived;

/// <summary>Virtual routes and rules.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Routes => [];

    private static VrrpInstance WithRoutes(InstanceBuild build, VrrpInstance instance) => instance;
}
