namespace HaTools.Configuration;

/// <summary>The languages that a configuration is written in.</summary>
internal enum ConfigurationFormat
{
    /// <summary>
    /// By the file's name (<c>.yaml</c>, <c>.yml</c>, <c>.json</c>: YAML; <c>.conf</c>: keepalived), else by the look of the text.
    /// </summary>
    Auto,

    /// <summary>keepalived.conf.</summary>
    Keepalived,

    /// <summary>The native language: YAML, and so JSON.</summary>
    Yaml,
}
