using HaTools.Configuration.Yaml;

namespace HaTools.Configuration;

/// <summary>Writes a model as text.</summary>
internal static class HaConfigurationWriter
{
    /// <summary>The model in the native language. Reading it gives an equal model. What is as the defaults have it is left out.</summary>
    public static string WriteYaml(HaConfiguration configuration) => YamlWriter.Write(configuration);
}
