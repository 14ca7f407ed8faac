using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>What holds for IPVS as a whole.</summary>
internal static partial class YamlReader
{
    private static IpvsSettings Ipvs(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "section `ipvs`", YamlKeys.Ipvs, path);
        return new IpvsSettings
        {
            TcpTimeout = keys.Time("tcpTimeout"),
            TcpFinTimeout = keys.Time("tcpFinTimeout"),
            UdpTimeout = keys.Time("udpTimeout"),
            Parameters = keys.Named("parameters", (name, value) => new IpvsParameterSetting(name, value)),
            Foreign = keys.Enumeration<IpvsForeignPolicy>("foreign", "policy for foreign services") ?? IpvsSettings.None.Foreign,
            Drift = keys.Enumeration<IpvsDriftPolicy>("drift", "policy for changes of others") ?? IpvsSettings.None.Drift,
            GroupMarks = keys.Record("groupMarks", GroupMarks),
        };
    }

    private static GroupMarkSettings GroupMarks(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "section `groupMarks`", YamlKeys.GroupMarks, path);
        var usual = new GroupMarkSettings();
        return new GroupMarkSettings
        {
            Table = keys.String("table"),
            Priority = keys.Integer("priority") ?? usual.Priority,
            Start = keys.Unsigned<uint>("start") ?? usual.Start,
        };
    }
}
