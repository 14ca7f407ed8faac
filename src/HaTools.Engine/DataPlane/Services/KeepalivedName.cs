using System.Globalization;
using System.Net;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>How keepalived's log writes services: <c>[192.0.2.1]:tcp:80</c>, <c>FWM 7</c>.</summary>
internal static class KeepalivedName
{
    public static string Of(ServiceKey key) => key.Group is { } group ? $"[{group}]" : key.FirewallMark != 0
        ? string.Create(CultureInfo.InvariantCulture, $"FWM {key.FirewallMark}")
        : Of(key.Address, key.Protocol, key.Port);

    public static string Of(IPAddress address, IpvsProtocol protocol, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"[{address}]:{protocol.ToString().ToLowerInvariant()}:{port}");
}
