namespace HaTools.Configuration;

/// <summary>The rules that hold for every front-end.</summary>
internal static class ConfigurationValidator
{
    public static IReadOnlyList<HaConfigurationDiagnostic> Validate(HaConfiguration configuration) => throw new NotImplementedException();
}
