namespace HaTools.Engine.DataPlane;

/// <summary>
/// What was read of a plane, by key and in the plane's order. A plane need not be a snapshot: what it says twice is there once, as it was said last. Of IPVS,
/// whose dumps do that, <see cref="HaTools.Netlink.Ipvs.IpvsClient"/> settles it before.
/// </summary>
internal static class PlaneTable
{
    public static OrderedDictionary<ServiceKey, PlaneService> ByKey(IReadOnlyList<PlaneService> services)
    {
        var table = new OrderedDictionary<ServiceKey, PlaneService>(services.Count);
        foreach (PlaneService service in services) table[service.Key] = service;
        return table;
    }

    public static OrderedDictionary<DestinationKey, PlaneDestination> ByKey(IReadOnlyList<PlaneDestination> destinations)
    {
        var table = new OrderedDictionary<DestinationKey, PlaneDestination>(destinations.Count);
        foreach (PlaneDestination destination in destinations) table[destination.Key] = destination;
        return table;
    }
}
