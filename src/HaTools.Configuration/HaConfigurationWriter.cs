namespace HaTools.Configuration;

/// <summary>Writes a model as text.</summary>
internal static class HaConfigurationWriter
{
    /// <summary>The model in the native language. Reading it gives an equal model.</summary>
    public static string WriteYaml(HaConfiguration configuration) => throw new NotImplementedException();
}
