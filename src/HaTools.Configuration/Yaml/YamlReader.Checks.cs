using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

// Checks: what all have in common, and a line for each kind; a kind with keys of its own has a file.
internal static partial class YamlReader
{
    private static readonly Dictionary<string, CheckKind> CheckKinds = new(StringComparer.Ordinal)
    {
        ["tcp"] = new(YamlKeys.TcpCheck, keys => Connecting(keys, new TcpCheck())),
        ["http"] = new(YamlKeys.HttpCheck, keys => Http(keys, new HttpCheck())),
        ["https"] = new(YamlKeys.HttpsCheck, Https),
        ["dns"] = new(YamlKeys.DnsCheck, Dns),
        ["smtp"] = new(YamlKeys.SmtpCheck, Smtp),
        ["misc"] = new(YamlKeys.MiscCheck, Misc),
        ["file"] = new(YamlKeys.FileCheck, FollowFile),
        ["bfd"] = new(YamlKeys.BfdCheck, FollowSession),
        ["ping"] = new(YamlKeys.PingCheck, keys => Networked(keys, new PingCheck())),
        ["udp"] = new(YamlKeys.UdpCheck, Udp),
    };

    private static readonly string[] KeysOfChecks = [.. CheckKinds.Values.SelectMany(k => k.Keys).Distinct()];

    private static HealthCheck? Check(YamlReading reading, YamlMap map, ModelPath path)
    {
        CheckKind? kind = map.Entries.FirstOrDefault(e => e.Key.Text == "type").Value is YamlScalar said ? CheckKinds.GetValueOrDefault(said.Text) : null;
        var keys = new YamlMapReader(reading, map, "check", kind?.Keys ?? KeysOfChecks, path);
        if (!keys.Required("type", "check") || keys.Scalar("type") is not { } type) return null;
        if (kind is not null) return kind.Read(keys);
        reading.UnknownWord(type, "kind of check", CheckKinds.Keys);
        return null;
    }

    private static T Connecting<T>(YamlMapReader keys, T usual) where T : ConnectingCheck => Networked(keys, usual) with
    {
        ConnectPort = keys.Integer("connectPort"),
        BindPort = keys.Integer("bindPort"),
    };

    private static T Networked<T>(YamlMapReader keys, T usual) where T : NetworkCheck => Timed(keys, usual) with
    {
        ConnectTimeout = keys.Time("connectTimeout") ?? usual.ConnectTimeout,
        ConnectAddress = keys.Address("connectAddress"),
        BindAddress = keys.Address("bindAddress"),
        BindInterface = keys.String("bindInterface"),
        FirewallMark = keys.Unsigned<uint>("firewallMark") ?? usual.FirewallMark,
    };

    private static T Timed<T>(YamlMapReader keys, T usual) where T : TimedCheck => usual with
    {
        Retry = keys.Integer("retry") ?? usual.Retry,
        DelayBeforeRetry = keys.Time("delayBeforeRetry") ?? usual.DelayBeforeRetry,
        DelayLoop = keys.Time("delayLoop"),
        Warmup = keys.Time("warmup"),
        Alpha = Alpha(keys),
        LogAllFailures = keys.Boolean("logAllFailures") ?? usual.LogAllFailures,
    };

    private static bool Alpha(YamlMapReader keys) => keys.Boolean("alpha") ?? false;

    /// <summary>A kind of check.</summary>
    /// <param name="Keys">The keys that it may have.</param>
    /// <param name="Read">Reads it.</param>
    private sealed record CheckKind(string[] Keys, Func<YamlMapReader, HealthCheck?> Read);
}
