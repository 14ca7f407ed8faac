namespace HaTools.Configuration.Yaml;

/// <summary>Sync groups, track groups, and what interfaces share.</summary>
internal sealed partial class YamlWriter
{
    private void SyncGroup(VrrpSyncGroup g)
    {
        text.Value("name", g.Name);
        Words("members", g.Members);
        text.List("trackInterfaces", g.TrackInterfaces, Tracked);
        text.List("trackScripts", g.TrackScripts, Tracked);
        text.List("trackFiles", g.TrackFiles, Tracked);
        text.List("trackProcesses", g.TrackProcesses, Tracked);
        text.List("trackBfd", g.TrackBfd, Tracked);
        Switch("trackingWeight", g.TrackingWeight, false);
        Notify(g.Notify);
        Switch("notifyPriorityChanges", g.NotifyPriorityChanges, null);
        Switch("smtpAlert", g.SmtpAlert, null);
    }

    private void TrackGroup(StaticTrackGroup g)
    {
        text.Value("name", g.Name);
        Words("instances", g.Instances);
    }

    private void GarpGroup(GarpGroup g)
    {
        var usual = new GarpGroup { Interfaces = [] };
        Words("interfaces", g.Interfaces);
        Time("garpInterval", g.GarpInterval, usual.GarpInterval);
        Time("neighborAdvertisementInterval", g.NeighborAdvertisementInterval, usual.NeighborAdvertisementInterval);
    }

    private void InterfaceDelay(InterfaceDelay d)
    {
        text.Value("interface", d.Interface);
        Time("down", d.Down, TimeSpan.Zero);
        Time("up", d.Up, TimeSpan.Zero);
    }

    private void Firewall(FirewallSettings f)
    {
        var usual = new FirewallSettings();
        text.Value("table", f.Table);
        Number("priority", f.Priority, usual.Priority);
        Switch("counters", f.Counters, usual.Counters);
    }
}
