using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaTools.Engine.Checks.Http;

/// <summary>The request of a check, byte for byte keepalived's: web servers are told by its name not to log it.</summary>
internal static class HttpRequest
{
    /// <param name="check">The check.</param>
    /// <param name="url">What is asked for.</param>
    /// <param name="server">What is connected to.</param>
    public static byte[] Of(HttpCheck check, HttpUrl url, IPEndPoint server)
    {
        string host = url.VirtualHost ?? check.VirtualHost ?? (server.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{new IPAddress(server.Address.GetAddressBytes())}]:{server.Port}" : $"{server}");
        string close = check.Version == HttpVersion.Http10 ? "" : "Connection: close\r\n";
        return Encoding.ASCII.GetBytes($"GET {url.Path} HTTP/1.{(check.Version == HttpVersion.Http11 ? 1 : 0)}\r\nUser-Agent: KeepAliveClient\r\n{close}Host: {host}\r\n\r\n");
    }
}
