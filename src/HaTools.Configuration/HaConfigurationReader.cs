namespace HaTools.Configuration;

/// <summary>Reads a configuration in any of its languages.</summary>
internal static class HaConfigurationReader
{
    public static ConfigurationReadResult ReadFile(string path, ConfigurationFormat format = ConfigurationFormat.Auto, bool strict = false) =>
        throw new NotImplementedException();

    public static ConfigurationReadResult ReadText(string text, string? fileName, ConfigurationFormat format, bool strict = false) =>
        throw new NotImplementedException();
}
