using HaTools.Engine.VirtualInterfaces;

namespace HaTools.Engine.Vrrp;

/// <summary>What a <see cref="VrrpHost"/> carries out.</summary>
/// <param name="Configuration">The node's model; of it the host uses the instances, the trackers' names and weights, and
/// self-fencing.</param>
/// <param name="GatedInstances">Names of instances whose addresses wait for <see cref="IMastershipGate.Prepare"/>.</param>
/// <param name="ParkOnLoopback">
/// Names of instances whose virtual addresses stand on <c>lo</c> (as /32) while this node is not master: the address is added to lo before
/// it leaves its
/// interface, and removed from lo after it stands on its interface. ARP for it is the node's business (arp_ignore, arp_announce).
/// </param>
internal sealed record VrrpHostConfiguration(
    HaConfiguration Configuration, IReadOnlySet<string> GatedInstances, IReadOnlySet<string> ParkOnLoopback)
{
    /// <summary>The virtual interfaces, which stand: they say where adverts leave from and where addresses stand.</summary>
    public VirtualInterfacePlan Interfaces { get; init; } = VirtualInterfacePlan.None;
}
