namespace HaTools.Module;

/// <summary>The languages that a configuration is read in.</summary>
public enum HaConfigurationFormat
{
    /// <summary>By the file's name, else by the look of the text.</summary>
    Auto,

    /// <summary>keepalived.conf.</summary>
    Keepalived,

    /// <summary>The native language: YAML, and so JSON.</summary>
    Yaml,
}
