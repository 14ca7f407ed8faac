using System.Net;

namespace HaTools.Engine.Names;

/// <summary>The name servers to ask.</summary>
internal static class NameServers
{
    /// <summary>Where the host says which they are (resolv.conf(5)).</summary>
    public const string HostFile = "/etc/resolv.conf";

    public const int Port = 53;

    // resolv.conf(5), MAXNS.
    private const int Most = 3;

    /// <summary>Those that a configuration names, which its rules have admitted.</summary>
    public static IReadOnlyList<IPEndPoint> Of(ResolverSettings settings) => [.. settings.NameServers.Select(IPEndPoint.Parse).Select(e => e.Port == 0 ? new IPEndPoint(e.Address, Port) : e)];

    /// <summary>Those of a resolv.conf: the first three, or this host where there is none. Nothing else of it counts.</summary>
    public static IReadOnlyList<IPEndPoint> Parse(string text)
    {
        List<IPEndPoint> servers = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == "nameserver" && IPAddress.TryParse(words[1], out IPAddress? address)) servers.Add(new IPEndPoint(address, Port));
            if (servers.Count == Most) break;
        }

        return servers.Count > 0 ? servers : [new IPEndPoint(IPAddress.Loopback, Port)];
    }
}
