using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of the addresses that a real server of tunnels holds.</summary>
internal static class TunnelAddressRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var known = new HashSet<IPAddress>();
        for (int i = 0; i < configuration.TunnelAddresses.Count; i++)
        {
            TunnelAddress tunnel = configuration.TunnelAddresses[i];
            var path = new ModelPath("tunnelAddresses", i);
            DirectRoutingRules.CheckAddress(findings, path, tunnel.Address);
            if (!known.Add(tunnel.Address)) findings.Error("DuplicateAddress", path, $"{tunnel.Address}", $"`{tunnel.Address}` stands here already.");
            CheckWay(findings, path, tunnel);
        }
    }

    private static void CheckWay(RuleFindings findings, ModelPath path, TunnelAddress tunnel)
    {
        if (tunnel.Type == TunnelType.Gue && tunnel.Port is null)
            findings.Error("MissingValue", path, $"{tunnel.Address}", "GUE packets come to a UDP `port`: the one that directors send to (ipvsadm: --tun-port).");
        else if (tunnel.Type != TunnelType.Gue && tunnel.Port is { } port)
            findings.Error("Contradiction", path.Key("port"), $"{port}", "Only GUE packets come to a port.");
        else if (tunnel.Port is { } number)
            CommonRules.Range(findings, path.Key("port"), number, 1, 65535, "port");

        if (tunnel.OuterFamily is { } family and not (4 or 6))
            findings.Error("ValueOutOfRange", path.Key("outerFamily"), $"{family}", $"`{family}` is no family: 4 or 6.");
    }
}
