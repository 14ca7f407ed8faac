using System.Runtime.InteropServices;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Checks.Tls;

/// <summary>Puts what the files hold in the place of their names in what HTTPS checks show and trust, before the thread of checks sees them.</summary>
internal static class TlsFiles
{
    // All CAs of the world in one file have 250 kB.
    private const int MostBytes = 4 << 20;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    // What .NET looks for; a process that it looks for them in vain in is ended by it at once.
    private static readonly string[] Libraries = ["libssl.so.3", "libssl.so.1.1"];

    /// <summary>The configuration with what the files hold, and what a person should know of them, one sentence each. Without HTTPS checks nothing is read.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <returns>With the key in it it is for the checks alone, neither to be shown nor to be compared.</returns>
    /// <exception cref="HaEngineException">A file cannot be read, or does not hold what it should; or this host has no TLS. Or it takes too long (see <see cref="FilePatience"/>).</exception>
    public static async Task<(HaConfiguration WithContents, IReadOnlyList<string> Concerns)> ReadAsync(HaConfiguration configuration)
    {
        if (!AreNeededBy(configuration)) return (configuration, []);
        RequireLibrary(Libraries);
        SslSettings ssl = configuration.Ssl;
        string[] files = [.. new[] { ssl.Ca, ssl.Certificate, ssl.Key }.OfType<string>()];
        if (files.Length == 0) return (configuration, []);
        return await FilePatience.ReadAsync<(HaConfiguration, IReadOnlyList<string>)>($"SSL: {string.Join(", ", files)}", () =>
        {
            List<string> concerns = [];
            return (configuration with { Ssl = Read(ssl, concerns.Add) }, concerns);
        }).ConfigureAwait(false);
    }

    /// <summary>What the checks of a configuration show and trust.</summary>
    /// <param name="contents">The configuration, as <see cref="ReadAsync"/> gave it.</param>
    public static TlsCredentials CredentialsOf(HaConfiguration contents) => AreNeededBy(contents) ? new TlsCredentials(contents.Ssl) : TlsCredentials.None;

    /// <summary>What the files make different, where the configuration says the same as before.</summary>
    /// <param name="before">The configuration in force.</param>
    /// <param name="contents">The same, as <see cref="ReadAsync"/> gave it.</param>
    /// <param name="wanted">The new one.</param>
    /// <param name="now">The same, as <see cref="ReadAsync"/> gives it.</param>
    public static IEnumerable<HaChange> Compare(HaConfiguration before, HaConfiguration contents, HaConfiguration wanted, HaConfiguration now)
    {
        if (before.Ssl != wanted.Ssl || !AreNeededBy(before) || !AreNeededBy(wanted)) yield break;
        foreach ((string name, Func<SslSettings, string?> get) in Files())
        {
            if (get(contents.Ssl) == get(now.Ssl)) continue;
            string file = get(wanted.Ssl)!;
            yield return new HaChange { Action = HaChangeAction.Set, Kind = "Node", Id = wanted.RouterId ?? "", Property = $"Ssl.{name}", Before = $"{file} as it was", After = $"{file} as it is" };
        }
    }

    /// <summary>Reads a file of CAs that somebody else than the checks trusts, and sees that it holds some; it may wait for ever.</summary>
    /// <param name="what">Who, for messages.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="HaEngineException">It cannot be read, or holds none.</exception>
    public static string ReadAuthorities(string what, string path)
    {
        try
        {
            string pem = Read(what, "ca", path, null)!;
            _ = new TlsCredentials(SslSettings.None with { Ca = pem });
            return pem;
        }
        catch (FormatException e)
        {
            throw new HaEngineException($"{what}: {path}: {e.Message}", e);
        }
    }

    /// <summary>Whether there is a library of TLS on this host.</summary>
    /// <param name="what">Who needs it.</param>
    /// <exception cref="HaEngineException">There is none.</exception>
    public static void RequireLibrary(string what) => RequireLibrary(Libraries, $"{what} needs");

    /// <inheritdoc cref="RequireLibrary(string)"/>
    /// <exception cref="HaEngineException">There is none.</exception>
    internal static void RequireLibrary(IEnumerable<string> libraries, string what = "HTTPS checks (SSL_GET) need")
    {
        foreach (string name in libraries)
        {
            // It stays loaded: it is wanted at once.
            if (NativeLibrary.TryLoad(name, out _)) return;
        }

        throw new HaEngineException($"{what} OpenSSL, which this host lacks (libssl.so.3; Debian: apt-get install libssl3)");
    }

    private static bool AreNeededBy(HaConfiguration configuration) =>
        configuration.VirtualServers.SelectMany(s => s.RealServers).SelectMany(r => r.Checks).Any(c => c is HttpsCheck);

    private static IEnumerable<(string Name, Func<SslSettings, string?> Get)> Files() =>
        [(nameof(SslSettings.Ca), s => s.Ca), (nameof(SslSettings.Certificate), s => s.Certificate), (nameof(SslSettings.Key), s => s.Key)];

    private static SslSettings Read(SslSettings ssl, Action<string> warn)
    {
        SslSettings contents = ssl with
        {
            Ca = Read("SSL", "ca", ssl.Ca, null),
            Certificate = Read("SSL", "certificate", ssl.Certificate, ssl.Key is null ? warn : null),
            Key = Read("SSL", "key", ssl.Key, warn),
        };
        try
        {
            _ = new TlsCredentials(contents);
        }
        catch (FormatException e)
        {
            throw new HaEngineException($"SSL: {e.Message}", e);
        }

        return contents;
    }

    /// <param name="whose">Who wants it.</param>
    /// <param name="what">The word of the configuration.</param>
    /// <param name="path">The file; null: there is none.</param>
    /// <param name="warn">Hears of others who may read it; null: they may.</param>
    private static string? Read(string whose, string what, string? path, Action<string>? warn)
    {
        if (path is null) return null;
        try
        {
            using FileStream file = File.OpenRead(path);
            if (warn is not null && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0) warn($"{whose}: the file {path} holds a private key and may be read by its group or by others; chmod 600 it");
            byte[] bytes = new byte[MostBytes + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MostBytes ? System.Text.Encoding.UTF8.GetString(bytes, 0, length) : throw new HaEngineException($"{whose}: the file {path} of `{what}` is too long: {MostBytes} bytes at most");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new HaEngineException($"{whose}: the file {path} of `{what}` cannot be read: {e.Message}", e);
        }
    }
}
