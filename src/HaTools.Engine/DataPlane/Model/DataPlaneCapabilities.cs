namespace HaTools.Engine.DataPlane;

/// <summary>What a data plane can do; how a thing is done is the plane's business and never a branch in the engine.</summary>
internal sealed record DataPlaneCapabilities
{
    /// <summary>A name for messages: <c>IPVS 1.2.1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether packets can be sent to real servers by direct routing.</summary>
    public bool DirectRouting { get; init; } = true;

    /// <summary>Whether packets can be translated to real servers.</summary>
    public bool Nat { get; init; } = true;

    /// <summary>Whether packets can be sent to real servers through tunnels.</summary>
    public bool Tunnels { get; init; } = true;

    /// <summary>Whether services can be found by firewall marks.</summary>
    public bool FirewallMarks { get; init; } = true;

    /// <summary>Whether services can be of SCTP.</summary>
    public bool Sctp { get; init; } = true;

    /// <summary>Whether clients can be kept with their server.</summary>
    public bool Persistence { get; init; } = true;

    /// <summary>Whether the idle times of connections can be set.</summary>
    public bool Timeouts { get; init; } = true;

    /// <summary>Whether there are parameters (net.ipv4.vs).</summary>
    public bool Parameters { get; init; } = true;

    /// <summary>Whether connections can be synchronized between directors.</summary>
    public bool Synchronization { get; init; } = true;

    /// <summary>What a service asks for and is not here, in words; null: nothing.</summary>
    public string? LackFor(VirtualServer service)
    {
        HashSet<ForwardingMethod> ways = [.. service.RealServers.Select(service.ForwardingTo)];
        if (service.SorryServer is { } sorry) _ = ways.Add(service.ForwardingTo(sorry));
        if (ways.Count == 0) _ = ways.Add(service.Forwarding);
        return ways.Contains(ForwardingMethod.DirectRouting) && !DirectRouting ? "direct routing"
            : ways.Contains(ForwardingMethod.Nat) && !Nat ? "address translation"
            : ways.Contains(ForwardingMethod.Tunnel) && !Tunnels ? "tunnels"
            : service.Persistence is not null && !Persistence ? "persistence"
            : service.FirewallMark is not null && !FirewallMarks ? "firewall marks"
            : service is { FirewallMark: null, Protocol: TransportProtocol.Sctp } && !Sctp ? "SCTP"
            : null;
    }
}
