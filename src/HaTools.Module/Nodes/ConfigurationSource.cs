using HaTools.Configuration;
using HaTools.Engine;
using HaTools.Engine.Threading;
using HaTools.Module.Errors;

namespace HaTools.Module.Nodes;

/// <summary>Reads configurations for the cmdlets.</summary>
internal static class ConfigurationSource
{
    /// <summary>A file's content; what is wrong within it is in the result, that it cannot be read is an error of the catalogue.</summary>
    public static ConfigurationReadResult ReadFile(string path, HaConfigurationFormat format, bool strict)
    {
        try
        {
            if (!FilePatience.ReadAsync(path, () => File.Exists(path)).GetAwaiter().GetResult()) throw new HaErrorException(HaErrors.ConfigurationNotFound(path));
            return ConfigurationSources.ReadFileAsync(path, Native(format), strict).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HaEngineException)
        {
            throw new HaErrorException(HaErrors.ConfigurationUnreadable(path, e));
        }
    }

    public static ConfigurationReadResult ReadText(string text, HaConfigurationFormat format, bool strict) =>
        ConfigurationSources.ReadTextAsync(text, null, Native(format), strict).GetAwaiter().GetResult();

    /// <summary>The model as it has to be; with errors among the diagnostics: an error of the catalogue that lists them all.</summary>
    public static HaConfiguration Require(ConfigurationReadResult result) =>
        result.Configuration ?? throw new HaErrorException(HaErrors.ConfigurationInvalid(result.Diagnostics));

    /// <summary>
    /// Lets a model made by cmdlets pass if it keeps the rules that hold for every front-end; returns what is to be warned of.
    /// </summary>
    public static IReadOnlyList<HaConfigurationDiagnostic> Validate(HaConfiguration configuration)
    {
        IReadOnlyList<HaConfigurationDiagnostic> diagnostics = ConfigurationValidator.Validate(configuration);
        if (diagnostics.Any(d => d.Severity == HaDiagnosticSeverity.Error))
            throw new HaErrorException(HaErrors.ConfigurationInvalid(diagnostics));
        return diagnostics;
    }

    /// <summary>The same diagnostics under -Strict.</summary>
    public static IReadOnlyList<HaConfigurationDiagnostic> AsErrors(IEnumerable<HaConfigurationDiagnostic> diagnostics) =>
        [.. diagnostics.Select(d => d with { Severity = HaDiagnosticSeverity.Error })];

    public static ConfigurationFormat Native(HaConfigurationFormat format) => format switch
    {
        HaConfigurationFormat.Keepalived => ConfigurationFormat.Keepalived,
        HaConfigurationFormat.Yaml => ConfigurationFormat.Yaml,
        _ => ConfigurationFormat.Auto,
    };
}
