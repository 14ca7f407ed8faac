using System.Net;
using HaTools.Configuration.Diagnostics;
using HaTools.Configuration.Keepalived;
using HaTools.Configuration.Yaml;

namespace HaTools.Configuration.Tests;

/// <summary>Short words for what the tests do all the time.</summary>
internal static class Texts
{
    public static string PathOf(params string[] parts) => Path.Combine([AppContext.BaseDirectory, .. parts]);

    public static ConfigurationReadResult Seed(string name) => HaConfigurationReader.ReadFile(PathOf("Seeds", name + ".conf"));

    public static ConfigurationReadResult Conf(string text, bool strict = false) =>
        HaConfigurationReader.ReadText(text, "t.conf", ConfigurationFormat.Keepalived, strict);

    public static ConfigurationReadResult FromYaml(string text, bool strict = false) =>
        HaConfigurationReader.ReadText(text, "t.yaml", ConfigurationFormat.Yaml, strict);

    /// <summary>What the reader makes of a native text that it has nothing to say of, whatever the rules would say.</summary>
    public static HaConfiguration ReadOnly(string text)
    {
        var diagnostics = new DiagnosticBag("t.yaml");
        HaConfiguration configuration = YamlReader.Read(text, diagnostics, new ModelPositions());
        Assert.Empty(diagnostics.ToResult(configuration, strict: false).Diagnostics);
        return configuration;
    }

    /// <summary>What the reader makes of a keepalived.conf, and what it says itself, whatever the rules would say.</summary>
    public static (HaConfiguration Model, string[] Said) ConfOnly(string text)
    {
        var diagnostics = new DiagnosticBag("t.conf");
        HaConfiguration configuration = KeepalivedReader.Read(text, diagnostics, new ModelPositions(), IprouteNames.None);
        return (configuration, diagnostics.ToResult(configuration, strict: false).Brief());
    }

    /// <summary>A virtual_server of keepalived.conf.</summary>
    public static string Service(string lines, string servers) => $"virtual_server 10.0.0.1 80 {{\nprotocol TCP\n{lines}\n{servers}\n}}\n";

    public static IPAddress Ip(string text) => IPAddress.Parse(text);

    /// <summary>The diagnostics as <c>line:column Severity Code</c>.</summary>
    public static string[] Brief(this ConfigurationReadResult result) =>
        [.. result.Diagnostics.Select(d => $"{d.Line}:{d.Column} {d.Severity} {d.Code}")];

    /// <summary>The model, where there is nothing at all to say.</summary>
    public static HaConfiguration Clean(this ConfigurationReadResult result)
    {
        Assert.Empty(result.Diagnostics);
        return Assert.IsType<HaConfiguration>(result.Configuration);
    }

    public static string[] Codes(this ConfigurationReadResult result) => [.. result.Diagnostics.Select(d => d.Code)];
}
