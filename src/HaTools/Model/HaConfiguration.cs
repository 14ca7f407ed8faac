namespace HaTools;

/// <summary>
/// The desired state of one node: what every front-end (keepalived.conf, YAML, cmdlets, DSC) is read into, and what reload, -WhatIf and DSC compare.
/// Immutable, compared by value. It says nothing of the file that it came from.
/// </summary>
public sealed record HaConfiguration
{
    /// <summary>A configuration that asks for nothing.</summary>
    public static HaConfiguration Empty { get; } = new();

    /// <summary>The name that the node gives itself in status and messages (keepalived: <c>router_id</c>); null: the host name.</summary>
    public string? RouterId { get; init; }

    /// <summary>What happens to the node's virtual addresses when its engine is killed or hangs; an instance may say otherwise.</summary>
    public SelfFencing SelfFencing { get; init; } = SelfFencing.Automatic;

    /// <summary>Scripts whose outcome instances follow (keepalived: <c>vrrp_script</c>). Names are unique.</summary>
    public ValueList<ScriptTracker> Scripts { get; init; } = [];

    /// <summary>The VRRP instances. Names are unique; so are interface + virtual router id.</summary>
    public ValueList<VrrpInstance> VrrpInstances { get; init; } = [];

    /// <summary>The IPVS services and their real servers (keepalived: <c>virtual_server</c>). Protocol + address + port are unique.</summary>
    public ValueList<VirtualServer> VirtualServers { get; init; } = [];

    /// <summary>
    /// Virtual addresses that this host accepts as a real server of direct routing: they stand on <c>lo</c> with ARP off (arp_ignore 1, arp_announce 2),
    /// and are undone when the node stops.
    /// </summary>
    public ValueList<DirectRoutingAddress> DirectRoutingAddresses { get; init; } = [];
}
