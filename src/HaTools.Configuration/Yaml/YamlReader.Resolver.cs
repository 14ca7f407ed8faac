using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>How names of real servers are resolved.</summary>
internal static partial class YamlReader
{
    private static ResolverSettings Resolver(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "section `resolver`", YamlKeys.Resolver, path);
        ResolverSettings usual = ResolverSettings.Usual;
        return new ResolverSettings
        {
            NameServers = keys.WordOrWords("nameServers", "A name server"),
            Timeout = keys.Time("timeout") ?? usual.Timeout,
            LeastTtl = keys.Time("leastTtl") ?? usual.LeastTtl,
            LongestTtl = keys.Time("longestTtl") ?? usual.LongestTtl,
            EmptyHold = keys.Time("emptyHold") ?? usual.EmptyHold,
        };
    }
}
