namespace HaTools.Engine.DataPlane;

/// <summary>
/// What was read of a plane, by key and in the plane's order. No dump is a snapshot: where others change the table meanwhile, IPVS's repeats entries and marks
/// nothing, so what is read twice is there once, as it was read last.
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
