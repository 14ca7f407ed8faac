namespace HaTools.Configuration.Keepalived;

/// <summary>Static addresses, routes and rules, and their track groups.</summary>
internal static partial class RootGrammar
{
    private static Keyword<RootDraft>[] Network => [];
}
