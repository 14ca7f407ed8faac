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
        WriteFailedAddresses(node, output);
        WriteGroups(node, now, output);
        WriteNotify(node, now, output);
        WriteFifos(node, output);
        WriteDeliveries(node, output);
        WriteTrackers(node, now, output);
        WriteNetwork(node, output);
        WriteServices(node, now, output);
        WriteNames(node, now, output);
        if (node.Ipvs is { } ipvs)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  IPVS timeouts: tcp {ipvs.TcpTimeout:0} s, tcpfin {ipvs.TcpFinTimeout:0} s, udp {ipvs.UdpTimeout:0} s"));
        if (node.IpvsParameters.Count > 0)
            output.WriteLine($"  IPVS parameters: {string.Join(", ", node.IpvsParameters.Select(ParameterOf))}");
        foreach (IpvsSyncDaemonState d in node.SyncDaemons)
        {
            string follows = d.Instance is { } instance ? $", follows {instance}" : "";
            string running = d.Running ? "running" : $"not running: {d.Reason ?? "it is being started"}";
            output.WriteLine($"  Sync daemon {Text(d.Role).ToLowerInvariant()} on {d.Interface}, id {Text(d.SyncId)}{follows}: {running}");
        }

        WriteRealServer(node, output);
    }

    private static void WriteRealServer(HaNodeStatus node, TextWriter output)
    {
        if (node.RealServerAddresses.Count == 0) return;
        var table = new Table("REAL SERVER OF", "BY", "STATE", "PROBLEM");
        foreach (HaRealServerAddressState a in node.RealServerAddresses)
            table.Add(a.Address, a.Forwarding, a.Ready ? "ready" : "not ready", a.Problems.Count == 0 ? None : string.Join("; ", a.Problems));
        table.Write(output);
    }

    private static void WriteInstances(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        if (node.Instances.Count == 0) return;
        var table = new Table("INSTANCE", ">VRID", ">V", "INTERFACE", "STATE", ">PRIO", "MASTER", ">SINCE", ">SEEN", "ADDRESSES", "FAULT");
        foreach (VrrpState i in node.Instances)
        {
            table.Add(
                i.Name, Text(i.VirtualRouterId), Text(i.Version), InterfaceOf(i), Text(i.State), $"{i.Priority}/{i.BasePriority}",
                i.State == VrrpStateKind.Master ? "self" : i.Master ?? None, Age(now - i.Since),
                i.LastAdvertAge is { } age ? string.Create(CultureInfo.InvariantCulture, $"{age:0.0}s") : None, string.Join(' ', i.VirtualAddresses),
                i.Fault ?? i.SendFailure ?? WaitOf(i) ?? None);
        }

        table.Write(output);
    }

    private static string? WaitOf(VrrpState i) => i.WaitsFor is not { } reason ? null
        : i.WaitsAtMost is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"waits {seconds:0.0}s at most: {reason}") : $"waits: {reason}";

    private static void WriteFailedAddresses(HaNodeStatus node, TextWriter output)
    {
        if (!node.Instances.Any(i => i.FailedAddresses.Count > 0)) return;
        var table = new Table("FAILED ADDRESS", "INSTANCE", "INTERFACE", "REASON");
        foreach (VrrpState i in node.Instances)
            foreach (VrrpAddressFailure f in i.FailedAddresses) table.Add(f.Address, i.Name, f.Interface, f.Reason);
        table.Write(output);
    }

    private static void WriteGroups(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        if (node.SyncGroups.Count == 0) return;
        var table = new Table("SYNC GROUP", "STATE", ">SINCE", "MEMBERS");
        foreach (VrrpGroupState g in node.SyncGroups) table.Add(g.Name, Text(g.State), Age(now - g.Since), string.Join(' ', g.Members));
        table.Write(output);
    }

    private static void WriteNotify(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        (string Name, HaNotifyState? Scripts)[] told =
        [
            .. node.SyncGroups.Select(g => (g.Name, g.Notify)), .. node.Instances.Select(i => (i.Name, i.Notify)), .. node.Services.Select(s => (s.Id, s.Notify)),

            // Of real servers there may be thousands: those with something to look at.
            .. node.Services.SelectMany(s => s.RealServers.Where(r => r.Notify is { Running: not null } or { Failures: > 0 }).Select(r => ($"{s.Id} {r.Id}", r.Notify))),
        ];
        if (!told.Any(t => t.Scripts is not null)) return;
        var table = new Table("SCRIPTS OF", "RUNNING", "LAST", "STATE", "RESULT", ">AGO", ">FAILED", ">SKIPPED");
        foreach ((string name, HaNotifyState? scripts) in told)
        {
            if (scripts is not { } n) continue;
            table.Add(
                name, n.Running ?? None, n.LastScript ?? None, n.LastState ?? None, n.LastResult ?? None, n.LastTime is { } last ? Age(now - last) : None,
                Text(n.Failures), Text(n.Skipped));
        }

        table.Write(output);
    }

    private static void WriteFifos(HaNodeStatus node, TextWriter output)
    {
        if (node.NotifyFifos.Count == 0) return;
        var table = new Table("FIFO", "PATH", "READER", "SCRIPT", ">WRITTEN", ">DROPPED");
        foreach (HaNotifyFifoState f in node.NotifyFifos)
        {
            string script = f.ScriptRuns switch { null => None, true => "runs", _ => f.LastScriptResult ?? "is started" };
            table.Add(f.Keyword, f.Path, f.Connected ? "yes" : "no", script, Text(f.Written), Text(f.Dropped));
        }

        table.Write(output);
    }

    private static void WriteDeliveries(HaNodeStatus node, TextWriter output)
    {
        Write("MAILS TO", node.SmtpAlerts is { } mails ? [mails] : []);
        Write("WEBHOOK", node.Webhooks);

        void Write(string what, IReadOnlyList<HaDeliveryState> all)
        {
            if (all.Count == 0) return;
            var table = new Table(what, ">WAITING", ">SENT", ">FAILED", ">DROPPED", "LAST ERROR");
            foreach (HaDeliveryState one in all) table.Add(one.Target, Text(one.Waiting), Text(one.Delivered), Text(one.Failed), Text(one.Dropped), one.LastError ?? None);
            table.Write(output);
        }
    }

    // As `ip link` names an interface with the one that it stands on.
    private static string InterfaceOf(VrrpState state) => state.VirtualInterface is { } own ? $"{own}@{state.Interface}" : state.Interface;

    private static void WriteTrackers(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        if (node.Trackers.Count == 0) return;
        var table = new Table("TRACKER", "KIND", "STATE", ">SINCE", "RESULT", ">RECOVERIES", "SAID");
        foreach (HaTrackerState t in node.Trackers)
        {
            table.Add(
                t.Name, Text(t.Type), Text(t.State), Age(now - t.Since), t.LastResult ?? None, t.Type == HaTrackerType.Script ? Text(t.Recoveries) : None,
                t.LastOutput ?? None);
        }

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
            output.WriteLine($"  Service {s.Id}: {s.Scheduler}, {s.Forwarding}{(s.Stateless ? ", stateless" : "")}{persistence}, {(s.Loaded ? "loaded" : "not loaded")}{(s.ChecksSuspended ? ", checks suspended" : "")}{(s.QuorumUp ? "" : $", quorum lost ({Text(s.AliveWeight)} of {Text(s.Quorum)})")}");
            if (s.Group is not null) output.WriteLine($"    {MembersOf(s.Members)}");
            if (s.RealServers.SelectMany(r => r.Checks).Select(CheckOf).Distinct().ToArray() is { Length: > 0 } checks) output.WriteLine($"    Checks: {Some(checks)}");
            foreach (IpvsServiceMemberState m in s.Members.Where(m => m.Addresses.Count > 0)) output.WriteLine($"    {m.Id}: {Some(m.Addresses)}");
            if (s.Drift is { } drift) output.WriteLine($"    {DriftOf(drift, now)}");
            if (s.RealServers.Count == 0 && s.SorryServer is null) continue;
            var table = new Table("REAL SERVER", "METHOD", ">WEIGHT", "STATE", ">SINCE", ">ACTIVE", ">INACTIVE", "REASON");
            foreach (IpvsRealServerState r in s.RealServers) Add(r, StateOf(r));
            if (s.SorryServer is { } sorry) Add(sorry, sorry.Up ? "Stands in" : "Spare");
            table.Write(output);
            foreach (string sentence in s.RealServers.SelectMany(r => r.Drain?.Meaning ?? []).Distinct()) output.WriteLine($"    {sentence}");

            void Add(IpvsRealServerState r, string state) => table.Add(
                r.HostName is { } name ? $"{r.Id} ({name})" : r.Id, Text(r.Forwarding), WeightOf(r), state, Age(now - r.Since), Text(r.ActiveConnections), Text(r.InactiveConnections), r.Reason ?? WhyDrained(r.Drain) ?? Warnings(r) ?? WhyWeighs(r) ?? None);
        }
    }

    /// <summary>What a check asks; of whom is its server as a rule, and in the JSON.</summary>
    private static string CheckOf(IpvsCheckState check)
    {
        string asks = check.Asks.Count > 0 ? $" ({string.Join("; ", check.Asks)})" : check.Follows is { } tracker ? $" ({tracker})" : "";
        return $"{check.Type}{asks}{(check.Interval is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" every {seconds:0.###} s") : "")}";
    }

    private static string MembersOf(IReadOnlyList<IpvsServiceMemberState> members)
    {
        string[] missing = [.. members.Where(m => !m.Loaded).Select(m => m.Id)];
        return $"{Text(members.Count)} {(members.Count == 1 ? "service" : "services")} in the kernel, connections counted together{(missing.Length == 0 ? "" : $"; {Text(missing.Length)} not loaded: {Some(missing)}")}";
    }

    private static string Some(IReadOnlyCollection<string> all)
    {
        const int most = 4;
        return $"{string.Join(", ", all.Take(most))}{(all.Count > most ? " …" : "")}";
    }

    private static void WriteNames(HaNodeStatus node, DateTimeOffset now, TextWriter output)
    {
        if (node.Names.Count == 0) return;
        var table = new Table("NAME", "TYPE", ">RECORDS", "FROM", ">SINCE", ">ASKED IN", "TROUBLE");
        foreach (HaNameState n in node.Names)
        {
            table.Add(
                n.Name, n.RecordType, n.Answered ? Text(n.Records.Count) : None, n.NameServer ?? (n.Answered ? "remembered" : None), n.Answered ? Age(now - n.Since) : None,
                n.NextQuery is { } next ? Age(next - now) : "now", n.Trouble ?? None);
        }

        table.Write(output);
    }

    private static string DriftOf(IpvsDriftState drift, DateTimeOffset now)
    {
        string found = $"Somebody else {drift.Change} ({Age(now - drift.Since)} ago)";
        if (drift.Phase == IpvsDriftPhase.Left) return $"{found}; it is left so.";
        return drift.RepairIn is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"{found} and does so each time that it is put right, which is done in {seconds:0} s again.")
            : $"{found} and does so each time that it is put right.";
    }

    private static string ParameterOf(IpvsParameterState p)
    {
        string now = p.Value?.Replace('\t', ' ') ?? "gone";
        return now == p.Wanted.Replace('\t', ' ') ? $"{p.Name} {now}" : $"{p.Name} {now} (wanted: {p.Wanted})";
    }

    private static string WeightOf(IpvsRealServerState server) => server.Drain?.Weight is { } before ? $"0 ({Text(before)})" : Text(server.Weight);

    private static string StateOf(IpvsRealServerState server) => !server.Up ? "Down" : server.Drain is { } drain ? Text(drain.Phase) : "Up";

    private static string? WhyDrained(IpvsDrainState? drain)
    {
        if (drain is null) return null;
        string why = drain.Cause == IpvsDrainCause.Left ? "left the configuration" : "drained by hand";
        string clients = drain.PersistentClients > 0 ? $", {Text(drain.PersistentClients)} persistent clients" : "";
        return drain.EndsIn is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{why}{clients}, {seconds:0} s left") : why + clients;
    }

    private static string? Warnings(IpvsRealServerState server)
    {
        string[] words = [.. server.Checks.Select(c => c.Warning).OfType<string>().Distinct()];
        return words.Length == 0 ? null : string.Join("; ", words);
    }

    private static string? WhyWeighs(IpvsRealServerState server)
    {
        string[] words = [.. server.Checks.Where(c => c.WeightChange is not (null or 0)).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Type} {c.WeightChange:+0;-0}"))];
        return words.Length == 0 ? null : $"weight by {string.Join(", ", words)}";
    }

    private static string Text<T>(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    private static string Age(TimeSpan age)
    {
        if (age < TimeSpan.Zero) age = TimeSpan.Zero;
        return age.Days > 0 ? $"{age.Days}d {age:hh\\:mm}" : $"{age:hh\\:mm\\:ss}";
    }
}
