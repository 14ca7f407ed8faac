using HaTools.Engine.Threading;
using HaTools.Vrrp;

namespace HaTools.Engine.Vrrp;

/// <summary>Puts what the files hold in the place of <c>file:</c> in the keys of <c>auth_hmac</c>, before the VRRP thread sees them.</summary>
internal static class HmacSecretFiles
{
    // hex: and the digits of the longest key, and a line end.
    private const int MostBytes = 4 + (2 * HmacKeys.MaxLength) + 8;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The configuration with its secrets in it, and what a person should know of the files, one sentence each.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <returns>With its secrets it is for the router alone, neither to be shown nor to be compared.</returns>
    /// <exception cref="HaEngineException">A file cannot be read, or holds no key: nothing can be said or believed on the wire without it. Or it takes too long
    /// (see <see cref="FilePatience"/>).</exception>
    public static async Task<(HaConfiguration WithSecrets, IReadOnlyList<string> Concerns)> ReadAsync(HaConfiguration configuration)
    {
        IReadOnlyList<string> files = Of(configuration);
        if (files.Count == 0) return (configuration, []);
        return await FilePatience.ReadAsync<(HaConfiguration, IReadOnlyList<string>)>($"auth_hmac: {string.Join(", ", files)}", () =>
        {
            List<string> concerns = [];
            return (Read(configuration, concerns.Add), concerns);
        }).ConfigureAwait(false);
    }

    /// <summary>What the files make different, where the configuration says the same as before.</summary>
    /// <param name="before">The configuration in force.</param>
    /// <param name="secrets">The same, as <see cref="ReadAsync"/> gave it.</param>
    /// <param name="wanted">The new one.</param>
    /// <param name="now">The same, as <see cref="ReadAsync"/> gives it.</param>
    public static IEnumerable<HaChange> Compare(HaConfiguration before, HaConfiguration secrets, HaConfiguration wanted, HaConfiguration now)
    {
        foreach ((VrrpInstance named, VrrpInstance read) in wanted.VrrpInstances.Zip(now.VrrpInstances))
        {
            int i = before.VrrpInstances.ToList().FindIndex(b => b.Name == named.Name && Equals(b.Hmac?.Keys, named.Hmac?.Keys));
            if (i < 0 || Equals(secrets.VrrpInstances[i].Hmac?.Keys, read.Hmac?.Keys)) continue;
            yield return new HaChange
            {
                Action = HaChangeAction.Set,
                Kind = "VrrpInstance",
                Id = named.Name,
                Property = "Hmac.Keys",
                Before = secrets.VrrpInstances[i].Hmac?.Keys.ToString(),
                After = read.Hmac?.Keys.ToString(),
            };
        }
    }

    private static IReadOnlyList<string> Of(HaConfiguration configuration) =>
        [.. configuration.VrrpInstances.SelectMany(i => i.Hmac?.Keys ?? []).Select(k => HmacKeys.FileOf(k.Secret)).OfType<string>().Distinct()];

    private static HaConfiguration Read(HaConfiguration configuration, Action<string> warn) => configuration with
    {
        VrrpInstances = configuration.VrrpInstances
            .Select(i => i.Hmac is not { } hmac ? i : i with
            {
                Hmac = hmac with { Keys = hmac.Keys.Select(k => Read(i.Name, k, warn)).ToValueList() },
            })
            .ToValueList(),
    };

    private static VrrpHmacKey Read(string instance, VrrpHmacKey key, Action<string> warn)
    {
        if (HmacKeys.FileOf(key.Secret) is not { } path) return key;
        string what = $"({instance}) auth_hmac key {key.Id}: the file {path}";
        string secret;
        try
        {
            using FileStream file = File.OpenRead(path);
            if ((File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
                warn($"{what} may be read by its group or by others; chmod 600 it");
            byte[] bytes = new byte[MostBytes + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MostBytes) throw new HaEngineException($"{what} is too long for a key");
            secret = System.Text.Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new HaEngineException($"{what} cannot be read: {e.Message}", e);
        }

        if (HmacKeys.TryParse(secret, out _) is { } why) throw new HaEngineException($"{what}: {why}");
        return key with { Secret = secret };
    }
}
