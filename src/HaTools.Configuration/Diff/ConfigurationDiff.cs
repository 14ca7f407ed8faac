namespace HaTools.Configuration;

/// <summary>Finds what has to be done to get from one configuration to another.</summary>
internal static class ConfigurationDiff
{
    public static IReadOnlyList<HaChange> Compare(HaConfiguration before, HaConfiguration after) => throw new NotImplementedException();
}
