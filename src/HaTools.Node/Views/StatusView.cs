using System.Globalization;

namespace HaTools.Node.Views;

/// <summary>A node's state as tables.</summary>
internal static class StatusView
{
    private const string None = "-";

    public static void Write(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        output.WriteLine(
            $"Node {node.Name}: {node.RouterId}, {node.Host} {node.Version}, process {node.ProcessId}, up {Age(now - node.StartTime)}, {node.ConfigurationPath ?? "no file"}");
        foreach (string note in node.Notes) output.WriteLine($"  note: {note}");
        WriteInstances(node, now, output);
        WriteGroups(node, now, output);
        WriteTrackers(node, now, output);
        WriteNetwork(node, output);
        WriteServices(node, now, output);
        if (node.DirectRoutingAddresses.Count > 0) output.WriteLine($"  Direct routing on lo: {string.Join(", ", node.DirectRoutingAddresses)}");
    }

    private static void WriteInstances(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        if (node.Instances.Count == 0) return;
        var table = new Table("INSTANCE", ">VRID", ">V", "INTERFACE", "STATE", ">PRIO", "MASTER", ">SINCE", ">SEEN", "ADDRESSES", "FAULT");
        foreach (VrrpState i in node.Instances)
        {
            table.Add(
                i.Name, Text(i.VirtualRouterId), Text(i.Version), i.Interface, Text(i.State), $"{i.Priority}/{i.BasePriority}",
                i.State == VrrpStateKind.Master ? "self" : i.Master ?? None, Age(now - i.Since),
                i.LastAdvertAge is { } age ? string.Create(CultureInfo.InvariantCulture, $"{age:0.0}s") : None, string.Join(' ', i.VirtualAddresses), i.Fault ?? None);
        }

        table.Write(output);
    }

    private static void WriteGroups(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        if (node.SyncGroups.Count == 0) return;
        var table = new Table("SYNC GROUP", "STATE", ">SINCE", "MEMBERS");
        foreach (VrrpGroupState g in node.SyncGroups) table.Add(g.Name, Text(g.State), Age(now - g.Since), string.Join(' ', g.Members));
        table.Write(output);
    }

    private static void WriteTrackers(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        if (node.Trackers.Count == 0) return;
        var table = new Table("TRACKER", "STATE", ">SINCE", "LAST RUN", ">RECOVERIES");
        foreach (HaTrackerState t in node.Trackers) table.Add(t.Name, Text(t.State), Age(now - t.Since), t.LastResult ?? None, Text(t.Recoveries));
        table.Write(output);
    }

    /// <summary>Only what is not in its place: there may be thousands that are.</summary>
    private static void WriteNetwork(HaNodeStatus node, TextWriter output)
    {
        HaNetworkObjectState[] wanted = [.. node.Network.Where(o => o.State != HaNetworkObjectStateKind.Absent)];
        if (wanted.Length == 0) return;
        HaNetworkObjectState[] amiss = [.. wanted.Where(o => o.State != HaNetworkObjectStateKind.Present)];
        output.WriteLine($"  Addresses, routes and rules: {wanted.Length - amiss.Length} of {wanted.Length} in place");
        if (amiss.Length == 0) return;
        var table = new Table("NOT IN PLACE", "KIND", "FOLLOWS", "STATE", "REASON");
        foreach (HaNetworkObjectState o in amiss)
            table.Add(o.Text, Text(o.Kind), o.Instances.Count == 0 ? None : string.Join(' ', o.Instances), Text(o.State), o.Reason ?? None);
        table.Write(output);
    }

    private static void WriteServices(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        foreach (IpvsServiceState s in node.Services)
        {
            string persistence = s.Persistence is { } seconds ? string.Create(CultureInfo.InvariantCulture, $", persistent {seconds:0} s") : "";
            output.WriteLine($"  Service {s.Id}: {s.Scheduler}, {s.Forwarding}{persistence}, {(s.Loaded ? "loaded" : "not loaded")}");
            if (s.RealServers.Count == 0) continue;
            var table = new Table("REAL SERVER", ">WEIGHT", "STATE", ">SINCE", ">ACTIVE", ">INACTIVE", "REASON");
            foreach (IpvsRealServerState r in s.RealServers)
                table.Add(r.Id, Text(r.Weight), r.Up ? "Up" : "Down", Age(now - r.Since), Text(r.ActiveConnections), Text(r.InactiveConnections), r.Reason ?? None);
            table.Write(output);
        }
    }

    private static string Text<T>(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    private static string Age(TimeSpan age)
    {
        if (age < TimeSpan.Zero) age = TimeSpan.Zero;
        return age.Days > 0 ? $"{age.Days}d {age:hh\\:mm}" : $"{age:hh\\:mm\\:ss}";
    }
}
