using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of the real servers of a service, its sorry server among them.</summary>
internal static class RealServerRules
{
    /// <param name="findings">Where to say it.</param>
    /// <param name="path">The service's place.</param>
    /// <param name="service">The service.</param>
    /// <param name="isSynchronized">Whether its connections are synchronized with another director.</param>
    public static void Check(RuleFindings findings, ModelPath path, VirtualServer service, bool isSynchronized)
    {
        CheckPlace(findings, path, service, isSynchronized, leastPort: service.Port == 0 ? 0 : 1);
        for (int i = 0; i < service.RealServers.Count; i++) CheckChecks(findings, path with { List = "realServers", Item = i }, service, service.RealServers[i]);
    }

    /// <summary>The rules of a place of a group's service, which has its servers' checks, but with its own port where these are asked another.</summary>
    /// <inheritdoc cref="Check"/>
    public static void CheckPlace(RuleFindings findings, ModelPath path, VirtualServer service, bool isSynchronized) => CheckPlace(findings, path, service, isSynchronized, leastPort: 0);

    /// <summary>The rules of a server's checks.</summary>
    public static void CheckChecks(RuleFindings findings, ModelPath path, VirtualServer service, RealServer server)
    {
        for (int i = 0; i < server.Checks.Count; i++) HealthCheckRules.Check(findings, path.Element("checks", i), service, server, server.Checks[i]);
    }

    private static void CheckPlace(RuleFindings findings, ModelPath path, VirtualServer service, bool isSynchronized, int leastPort)
    {
        if (service.Tunnel is { } tunnel)
        {
            bool isUsed = service.Forwarding == ForwardingMethod.Tunnel || service.RealServers.Any(s => IsTunnelled(service, s));
            CheckTunnel(findings, path.Key("tunnel"), tunnel, isUsed);
        }

        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < service.RealServers.Count; i++)
        {
            RealServer server = service.RealServers[i];
            ModelPath place = path with { List = "realServers", Item = i };
            if (!known.Add(server.Id))
                findings.Error("DuplicateRealServer", place, server.Id, $"{(server.Address is { } twice ? $"{twice} port {server.Port}" : server.Id)} stands in this service already.");
            CheckServer(findings, place, service, server, isSynchronized, leastPort);
        }

        if (service.SorryServer is not { } sorry) return;
        ModelPath sorryPath = path.Key("sorryServer");
        CheckServer(findings, sorryPath, service, sorry, isSynchronized, leastPort);
        if (sorry.HostName is { } hostName)
            findings.Error("NotSupported", sorryPath.Key("hostName"), hostName, "A sorry server has an address: it stands in when nothing else is left, name servers included.");
        if (sorry.Checks.Count > 0)
            findings.Error("NotSupported", sorryPath.Key("checks"), null, "A sorry server is not checked: it stands in when nobody else is left.");
    }

    private static bool IsTunnelled(VirtualServer service, RealServer server) => service.ForwardingTo(server) == ForwardingMethod.Tunnel;

    private static void CheckServer(RuleFindings findings, ModelPath path, VirtualServer service, RealServer server, bool isSynchronized, int leastPort)
    {
        NamedServerRules.Check(findings, path, server);
        CheckFamily(findings, path, service, server, isSynchronized);
        if (server.Records == ServerRecords.Address) CheckPort(findings, path, service, server, leastPort);
        CommonRules.Range(findings, path.Key("weight"), server.Weight, 0, 65535, "weight of a real server");
        if (server.Tunnel is { } tunnel) CheckTunnel(findings, path.Key("tunnel"), tunnel, IsTunnelled(service, server));
        if (server.LowerThreshold > server.UpperThreshold)
        {
            findings.Error("ValueOutOfRange", path.Key("lowerThreshold"), $"{server.LowerThreshold}",
                $"New connections cannot begin again below {server.LowerThreshold} where they stop at {(server.UpperThreshold == 0 ? "no number" : server.UpperThreshold)}.");
        }
    }

    private static void CheckFamily(RuleFindings findings, ModelPath path, VirtualServer service, RealServer server, bool isSynchronized)
    {
        bool isIPv6 = service.FamilyOf(server) == 6;
        if (isIPv6 == service.IsIPv6) return;
        string place = NamedServerRules.PlaceOf(server);
        if (!IsTunnelled(service, server))
        {
            findings.Error("AddressFamilyMismatch", path, place,
                $"{place} is not of IPv{(service.IsIPv6 ? 6 : 4)}, as the service {service.Id} is; only a tunnel leads from one family to the other.");
        }
        else if (isSynchronized)
        {
            findings.Error("AddressFamilyMismatch", path, place,
                $"{place} is not of the family of {service.Id}: the kernel synchronizes no such connections, and refuses either the sync daemon or the server (ip_vs_ctl.c).");
        }
    }

    private static void CheckPort(RuleFindings findings, ModelPath path, VirtualServer service, RealServer server, int leastPort)
    {
        ModelPath port = path.Key("port");
        ForwardingMethod method = service.ForwardingTo(server);
        if (method == ForwardingMethod.Nat) CommonRules.Range(findings, port, server.Port, leastPort, 65535, "port");
        else if (server.Port != service.Port)
        {
            findings.Error("PortMismatch", port, $"{server.Port}",
                $"{(method == ForwardingMethod.Tunnel ? "A tunnel" : "Direct routing")} leaves the port as it is: the real server's is {server.Port}, the service's {service.Port}.");
        }
    }

    private static void CheckTunnel(RuleFindings findings, ModelPath path, IpvsTunnel tunnel, bool isUsed)
    {
        if (!isUsed) findings.Warning("NoEffect", path, $"{tunnel.Type}", "The forwarding method is another: nothing goes through the tunnel.");
        if (tunnel.Type == TunnelType.Gue) CommonRules.Range(findings, path.Key("port"), tunnel.Port, 1, 65535, "port of a GUE tunnel");
        else if (tunnel.Port != 0) findings.Error("Contradiction", path.Key("port"), $"{tunnel.Port}", "Only a GUE tunnel has a port.");
        if (tunnel is { Type: TunnelType.Ipip, Checksum: not TunnelChecksum.None })
            findings.Error("Contradiction", path.Key("checksum"), $"{tunnel.Checksum}", "IP in IP has no checksum.");
        if (tunnel is { Type: TunnelType.Gre, Checksum: TunnelChecksum.Remote })
            findings.Error("Contradiction", path.Key("checksum"), $"{tunnel.Checksum}", "Only a GUE tunnel has remote checksums.");
    }
}
