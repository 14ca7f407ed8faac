using System.Globalization;
using System.Net;

namespace HaTools.Engine.DataPlane;

/// <summary>How keepalived's log writes services: <c>[192.0.2.1]:tcp:80</c>.</summary>
internal static class KeepalivedName
{
    public static string Of(ServiceKey key) => Of(key.Address, key.Protocol, key.Port);

    public static string Of(IPAddress address, TransportProtocol protocol, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"[{address}]:{protocol.ToString().ToLowerInvariant()}:{port}");
}
