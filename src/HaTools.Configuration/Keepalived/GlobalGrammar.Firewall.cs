namespace HaTools.Configuration.Keepalived;

/// <summary>The firewall, and the names of virtual MAC interfaces.</summary>
internal static partial class GlobalGrammar
{
    private static Keyword<GlobalDraft>[] Firewall => [];
}
