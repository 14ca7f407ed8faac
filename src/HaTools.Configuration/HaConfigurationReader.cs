using System.Text;
using HaTools.Configuration.Diagnostics;
using HaTools.Configuration.Keepalived;
using HaTools.Configuration.Yaml;

namespace HaTools.Configuration;

/// <summary>Reads a configuration in any of its languages.</summary>
internal static class HaConfigurationReader
{
    // Far above any real configuration (10,000 real servers are about 1 MB); a guard against reading a device or a disk image.
    private const int LargestFile = 128 * 1024 * 1024;

    /// <summary>Reads a file, as UTF-8. A file that cannot be read is an error among the diagnostics, as everything else is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its language.</param>
    /// <param name="strict">Makes every warning an error.</param>
    /// <param name="names">iproute2's names for numbers; null: this host's.</param>
    public static ConfigurationReadResult ReadFile(string path, ConfigurationFormat format = ConfigurationFormat.Auto, bool strict = false,
        IprouteNames? names = null)
    {
        try
        {
            if (path.Length == 0) return Unreadable(null, "No file was named.");
            if (Directory.Exists(path)) return Unreadable(path, "It is a directory; name the file in it.");
            return ReadBounded(path) is { } text
                ? ReadText(text, path, format, strict, names ?? IprouteNames.OfHost())
                : Unreadable(path, $"It has more than {LargestFile} characters, so it is no configuration.");
        }
        catch (DecoderFallbackException e)
        {
            return Unreadable(path, $"It is not UTF-8: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Unreadable(path, e.Message);
        }
    }

    /// <summary>Reads a text. Never throws for what the text says.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fileName">The name to put into diagnostics, and to tell the language by; null: none.</param>
    /// <param name="format">The language.</param>
    /// <param name="strict">Makes every warning an error.</param>
    /// <param name="names">iproute2's names for numbers (keepalived.conf); null: those that need no file.</param>
    public static ConfigurationReadResult ReadText(string text, string? fileName, ConfigurationFormat format, bool strict = false,
        IprouteNames? names = null)
    {
        if (format == ConfigurationFormat.Auto) format = ConfigurationFormatDetector.Detect(text, fileName);
        var diagnostics = new DiagnosticBag(fileName);
        var positions = new ModelPositions();
        HaConfiguration configuration = format == ConfigurationFormat.Yaml
            ? YamlReader.Read(text, diagnostics, positions)
            : KeepalivedReader.Read(text, diagnostics, positions, names ?? IprouteNames.None);
        foreach (RuleFinding finding in ConfigurationRules.Check(configuration))
            diagnostics.Add(finding.Severity, finding.Code, positions.Find(finding.Path), finding.Text, finding.Told(Place));
        return diagnostics.ToResult(configuration, strict);

        string Place(ModelPath path)
        {
            TextPosition position = positions.Find(path);
            return $"{position.Line}:{position.Column}";
        }
    }

    // A device or a pipe has no length to look at beforehand.
    private static string? ReadBounded(string path)
    {
        using var reader = new StreamReader(path, new UTF8Encoding(false, true));
        var text = new StringBuilder();
        var buffer = new char[1 << 16];
        for (int length; (length = reader.Read(buffer)) > 0;)
        {
            if (text.Length + length > LargestFile) return null;
            text.Append(buffer, 0, length);
        }

        return text.ToString();
    }

    private static ConfigurationReadResult Unreadable(string? path, string why)
    {
        var diagnostics = new DiagnosticBag(path);
        diagnostics.Error("FileUnreadable", default, null, $"The configuration cannot be read. {why}");
        return diagnostics.ToResult(HaConfiguration.Empty, strict: false);
    }
}
