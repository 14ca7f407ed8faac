using System.Net;

namespace HaTools.Engine.Control;

/// <summary>How people name services and real servers, who need not write all of an identity. Pure.</summary>
internal static class SpokenNames
{
    /// <summary>
    /// A service's identity: <c>192.0.2.1:80</c> is a TCP one, and so is <c>group web</c>, whose name stays as it is; <c>udp 192.0.2.1:53</c>, <c>udp group web</c> and <c>fwmark 7</c> are whole.
    /// </summary>
    public static string Service(string said)
    {
        string[] words = said.Split(' ');
        bool isGroup = words.Length > 1 && words[0].Equals("group", StringComparison.OrdinalIgnoreCase);
        if (isGroup) words = ["tcp", .. words];
        for (int i = 0; i < words.Length; i++)
        {
            if (i != 2 || !words[1].Equals("group", StringComparison.OrdinalIgnoreCase)) words[i] = words[i].ToLowerInvariant();
        }

        return words.Length > 1 ? string.Join(' ', words) : $"tcp {words[0]}";
    }

    /// <summary>The real servers that may be meant: the one of that identity (<c>192.0.2.11:80</c>), or else all of that address.</summary>
    public static T[] RealServers<T>(IEnumerable<T> all, Func<T, string> identity, string said)
    {
        T[] known = [.. all];
        T[] named = [.. known.Where(s => string.Equals(identity(s), said, StringComparison.OrdinalIgnoreCase))];
        return named.Length > 0 || !IPAddress.TryParse(said, out IPAddress? address)
            ? named
            : [.. known.Where(s => IPEndPoint.TryParse(identity(s), out IPEndPoint? place) && place.Address.Equals(address))];
    }
}
