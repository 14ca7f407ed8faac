namespace HaTools.Configuration;

/// <summary>Differences of what interfaces share and of the groups that static addresses, routes and rules name.</summary>
internal static class GroupDiff
{
    private const string Delay = "InterfaceDelay";
    private const string Garp = "GarpGroup";
    private const string Track = "StaticTrackGroup";

    public static void AddAndCompare(List<HaChange> changes, HaConfiguration before, HaConfiguration after)
    {
        Matched<string, InterfaceDelay> delays = Delays(before, after);
        foreach (InterfaceDelay delay in delays.Added) ConfigurationDiff.Add(changes, Delay, delay.Interface, delay.ToString());
        foreach ((InterfaceDelay old, InterfaceDelay now) in delays.Kept)
        {
            var delay = new PropertyDiff(changes, Delay, now.Interface);
            delay.Compare(nameof(InterfaceDelay.Down), old.Down, now.Down);
            delay.Compare(nameof(InterfaceDelay.Up), old.Up, now.Up);
        }

        Matched<string, GarpGroup> garps = Garps(before, after);
        foreach (GarpGroup group in garps.Added) ConfigurationDiff.Add(changes, Garp, Id(group), null);
        foreach ((GarpGroup old, GarpGroup now) in garps.Kept)
        {
            var group = new PropertyDiff(changes, Garp, Id(now));
            group.Compare(nameof(GarpGroup.GarpInterval), old.GarpInterval, now.GarpInterval);
            group.Compare(nameof(GarpGroup.NeighborAdvertisementInterval), old.NeighborAdvertisementInterval, now.NeighborAdvertisementInterval);
        }

        Matched<string, StaticTrackGroup> tracks = Tracks(before, after);
        foreach (StaticTrackGroup group in tracks.Added) ConfigurationDiff.Add(changes, Track, group.Name, group.Instances.ToString());
        foreach ((StaticTrackGroup old, StaticTrackGroup now) in tracks.Kept)
            new PropertyDiff(changes, Track, now.Name).Compare(nameof(StaticTrackGroup.Instances), old.Instances, now.Instances);
    }

    public static void Remove(List<HaChange> changes, HaConfiguration before, HaConfiguration after)
    {
        foreach (StaticTrackGroup group in Tracks(before, after).Removed)
            ConfigurationDiff.Remove(changes, Track, group.Name, group.Instances.ToString());
        foreach (GarpGroup group in Garps(before, after).Removed) ConfigurationDiff.Remove(changes, Garp, Id(group), null);
        foreach (InterfaceDelay delay in Delays(before, after).Removed)
            ConfigurationDiff.Remove(changes, Delay, delay.Interface, delay.ToString());
    }

    private static Matched<string, InterfaceDelay> Delays(HaConfiguration before, HaConfiguration after) =>
        Matched<string, InterfaceDelay>.Match(before.InterfaceDelays, after.InterfaceDelays, d => d.Interface);

    // A group has no name: its interfaces are what it is.
    private static Matched<string, GarpGroup> Garps(HaConfiguration before, HaConfiguration after) =>
        Matched<string, GarpGroup>.Match(before.GarpGroups, after.GarpGroups, Id);

    private static Matched<string, StaticTrackGroup> Tracks(HaConfiguration before, HaConfiguration after) =>
        Matched<string, StaticTrackGroup>.Match(before.TrackGroups, after.TrackGroups, g => g.Name);

    private static string Id(GarpGroup group) => group.Interfaces.ToString();
}
