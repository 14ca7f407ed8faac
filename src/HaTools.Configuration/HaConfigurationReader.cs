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
            return ReadBounded(path) is { } bytes
                ? ReadText(Decode(bytes, out bool isDamaged), path, format, strict, names ?? IprouteNames.OfHost(), isDamaged)
                : Unreadable(path, $"It has more than {LargestFile} bytes, so it is no configuration.");
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
        IprouteNames? names = null) => ReadText(text, fileName, format, strict, names, isDamaged: false);

    private static ConfigurationReadResult ReadText(
        string text, string? fileName, ConfigurationFormat format, bool strict, IprouteNames? names, bool isDamaged)
    {
        if (format == ConfigurationFormat.Auto) format = ConfigurationFormatDetector.Detect(text, fileName);
        var diagnostics = new DiagnosticBag(fileName);
        var positions = new ModelPositions();
        if (isDamaged && format == ConfigurationFormat.Yaml)
        {
            diagnostics.Error(NotUtf8.Code, NotUtf8.FirstIn(text), null, "Here is something that is not UTF-8, which YAML has to be.");
            return diagnostics.ToResult(HaConfiguration.Empty, strict);
        }

        HaConfiguration configuration = format == ConfigurationFormat.Yaml
            ? YamlReader.Read(text, diagnostics, positions)
            : KeepalivedReader.Read(text, diagnostics, positions, names ?? IprouteNames.None, isDamaged);
        foreach (RuleFinding finding in ConfigurationRules.Check(configuration))
            diagnostics.Add(finding.Severity, finding.Code, positions.Find(finding.Path), finding.Text, finding.Told(Place));
        return diagnostics.ToResult(configuration, strict);

        string Place(ModelPath path)
        {
            TextPosition position = positions.Find(path);
            return $"{position.Line}:{position.Column}";
        }
    }

    // A device or a pipe has no length to look at beforehand, and is read once.
    private static MemoryStream? ReadBounded(string path)
    {
        using FileStream file = File.OpenRead(path);
        var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int length; (length = file.Read(buffer)) > 0;)
        {
            if (bytes.Length + length > LargestFile) return null;
            bytes.Write(buffer, 0, length);
        }

        return bytes;
    }

    /// <summary>The text; what is not UTF-8 in it becomes <see cref="NotUtf8.Replacement"/>. A byte order mark tells UTF-16 and UTF-32.</summary>
    private static string Decode(MemoryStream bytes, out bool isDamaged)
    {
        try
        {
            isDamaged = false;
            return Decode(bytes, throwOnInvalid: true);
        }
        catch (DecoderFallbackException)
        {
            isDamaged = true;
            return Decode(bytes, throwOnInvalid: false);
        }
    }

    private static string Decode(MemoryStream bytes, bool throwOnInvalid)
    {
        bytes.Position = 0;
        using var reader = new StreamReader(bytes, new UTF8Encoding(false, throwOnInvalid), detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        return reader.ReadToEnd();
    }

    private static ConfigurationReadResult Unreadable(string? path, string why)
    {
        var diagnostics = new DiagnosticBag(path);
        diagnostics.Error("FileUnreadable", default, null, $"The configuration cannot be read. {why}");
        return diagnostics.ToResult(HaConfiguration.Empty, strict: false);
    }
}
