using HaTools.Configuration;
using HaTools.Engine.Threading;

namespace HaTools.Engine;

/// <summary>Reads configurations for whoever must not wait for a file server for ever: nodes, <c>hanode</c>, cmdlets.</summary>
internal static class ConfigurationSources
{
    /// <summary>Reads a file; that it cannot be read is among the diagnostics.</summary>
    /// <exception cref="HaEngineException">It takes too long (see <see cref="FilePatience"/>).</exception>
    public static Task<ConfigurationReadResult> ReadFileAsync(string path, ConfigurationFormat format, bool strict) =>
        FilePatience.ReadAsync(path, () => HaConfigurationReader.ReadFile(path, format, strict));

    /// <summary>Reads a text, which may name folders with iproute2's names.</summary>
    /// <inheritdoc cref="ReadFileAsync"/>
    public static Task<ConfigurationReadResult> ReadTextAsync(string text, string? name, ConfigurationFormat format, bool strict) =>
        FilePatience.ReadAsync(
            name ?? "what the configuration names", () => HaConfigurationReader.ReadText(text, name, format, strict, IprouteNames.OfHost()));
}
