namespace HaTools.Module;

/// <summary>The languages that a configuration is written in.</summary>
public enum HaExportFormat
{
    /// <summary>The native language.</summary>
    Yaml,

    /// <summary>The same document as JSON.</summary>
    Json,
}
