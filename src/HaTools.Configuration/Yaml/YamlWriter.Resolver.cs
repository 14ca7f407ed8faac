namespace HaTools.Configuration.Yaml;

/// <summary>How names of real servers are resolved.</summary>
internal sealed partial class YamlWriter
{
    private void Resolver(ResolverSettings resolver)
    {
        ResolverSettings usual = ResolverSettings.Usual;
        Words("nameServers", resolver.NameServers);
        Time("timeout", resolver.Timeout, usual.Timeout);
        Time("leastTtl", resolver.LeastTtl, usual.LeastTtl);
        Time("longestTtl", resolver.LongestTtl, usual.LongestTtl);
        Time("emptyHold", resolver.EmptyHold, usual.EmptyHold);
    }
}
