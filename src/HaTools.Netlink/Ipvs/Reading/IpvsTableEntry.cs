namespace HaTools.Netlink.Ipvs;

/// <summary>A service of the table with its real servers.</summary>
/// <param name="Service">The service.</param>
/// <param name="Destinations">Its real servers, in the kernel's order: the newest first.</param>
public sealed record IpvsTableEntry(IpvsService Service, IReadOnlyList<IpvsDestination> Destinations);
