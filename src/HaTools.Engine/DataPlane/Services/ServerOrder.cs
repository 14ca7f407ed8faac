namespace HaTools.Engine.DataPlane;

/// <summary>
/// The order of real servers where it matters: mh, sh and dh fill a table of hashes by walking the service's list (ip_vs_mh.c, ip_vs_sh.c, ip_vs_dh.c), so that
/// two directors send a client to the same server only where their lists are alike. The kernel puts each new server at the head, and so the list tells the
/// history of checks and reloads, unless servers are entered in an order that every director knows: by family, address and port. Pure.
/// </summary>
internal static class ServerOrder
{
    /// <summary>Whether a scheduler's choice depends on the order in which servers were entered, for as long as they stay.</summary>
    public static bool Matters(string scheduler) => scheduler is "mh" or "sh" or "dh";

    /// <summary>
    /// Whether a scheduler goes by the last weight that was not 0: mh keeps the table's places of a server whose weight is set to 0, and gives none to a server
    /// that is added with it.
    /// </summary>
    public static bool RemembersWeight(string scheduler) => scheduler == "mh";

    /// <summary>The servers in the order to enter them; that of the configuration where it does not matter.</summary>
    public static IReadOnlyList<PlaneDestination> Of(PlaneService service)
    {
        if (!Matters(service.Scheduler)) return service.Destinations;
        PlaneDestination[] servers = [.. service.Destinations];
        Array.Sort(servers, static (a, b) => Compare(a.Key, b.Key));
        return servers;
    }

    /// <summary>Whether a service's list is what it would be had its servers been entered in order.</summary>
    /// <param name="desired">The service as it should be.</param>
    /// <param name="present">The service as it is, with no server too many.</param>
    public static bool IsKept(PlaneService desired, PlaneService present)
    {
        if (!Matters(desired.Scheduler)) return true;
        IReadOnlyList<PlaneDestination> servers = Of(desired);
        return CountInPlace(servers, [.. PlaneTable.ByKey(present.Destinations).Keys]) == servers.Count;
    }

    /// <summary>
    /// How many servers, from the first entered on, can stay where they are. All behind them must be entered again: what is entered goes before all that stays.
    /// </summary>
    /// <param name="entering">The servers in the order to enter them.</param>
    /// <param name="list">The list that is, the newest first.</param>
    public static int CountInPlace(IReadOnlyList<PlaneDestination> entering, IReadOnlyList<DestinationKey> list)
    {
        int kept = 0;
        for (int i = list.Count - 1; i >= 0 && kept < entering.Count; i--)
        {
            if (entering[kept].Key == list[i]) kept++;
        }

        return kept;
    }

    private static int Compare(DestinationKey a, DestinationKey b)
    {
        int family = a.Address.AddressFamily.CompareTo(b.Address.AddressFamily);
        if (family != 0) return family;
        int address = a.Address.GetAddressBytes().AsSpan().SequenceCompareTo(b.Address.GetAddressBytes());
        return address != 0 ? address : a.Port.CompareTo(b.Port);
    }
}
