namespace HaTools.Vrrp.Tests;

/// <summary>One router in virtual time: things happen to it, and what it asked for is written down in short words.</summary>
internal sealed class Scenario
{
    public static readonly AddressBits Own = Wire.Address("10.70.0.2");

    private readonly List<string> log = [];
    private List<TrackerKey> trackers;

    public Scenario(ValueList<VrrpInstance> instances, params ValueList<ScriptTracker> scripts)
        : this(Wire.Configuration(instances, scripts))
    {
    }

    public Scenario(HaConfiguration configuration)
    {
        Router = new VrrpRouter(configuration);
        trackers = [.. VrrpRouter.TrackersOf(configuration)];
    }

    public VrrpRouter Router { get; }

    public RouterActions Actions { get; } = new();

    /// <summary>Not 0, so that a forgotten start time shows.</summary>
    public long Now { get; private set; } = 1000 * Wire.Second;

    /// <summary>The wall clock.</summary>
    public long Unix => 1_800_000_000 * Wire.Second + Now;

    public long SinceStart => Now - 1000 * Wire.Second;

    public InstanceView View => Router[0];

    /// <summary>A running router with one instance whose interface is up.</summary>
    public static Scenario Running(VrrpInstance instance, params ValueList<ScriptTracker> scripts)
    {
        var scenario = new Scenario([instance], scripts);
        scenario.Start(Own);
        scenario.Take();
        return scenario;
    }

    /// <summary>The same, which has become master after the down interval.</summary>
    public static Scenario Master(VrrpInstance instance, params ValueList<ScriptTracker> scripts)
    {
        Scenario scenario = Running(instance, scripts);
        scenario.Advance(scenario.View.MasterDownInterval);
        Assert.Equal(VrrpStateKind.Master, scenario.View.State);
        scenario.Take();
        return scenario;
    }

    public void Start(AddressBits source)
    {
        for (int i = 0; i < Router.InstanceCount; i++) Interface(true, source, i);
        Begin();
    }

    /// <summary>The host has been up for long.</summary>
    public void Begin(long sinceBoot = long.MaxValue) => Router.Start(Now, sinceBoot, Actions);

    public void Interface(bool up, AddressBits source, int instance = 0) =>
        Router.OnInterface(instance, new InterfaceReading(up, source), Now, Actions);

    /// <summary>A script has a result.</summary>
    public void Tracker(string script, bool up) => Tracker(new TrackerKey(TrackerKind.Script, script), TrackerReading.Of(up));

    public void Tracker(TrackerKey key, TrackerReading reading) => Router.OnTracker(trackers.IndexOf(key), reading, Now, Actions);

    /// <summary>Goes over to another configuration, in which instances are carried over by name.</summary>
    public void Reconfigure(HaConfiguration before, HaConfiguration next)
    {
        int[] carryOver = VrrpRouter.InstanceCarryOver(before, next);
        Router.Reconfigure(next, carryOver, VrrpRouter.TrackerCarryOver(before, next), Now, Actions);
        trackers = [.. VrrpRouter.TrackersOf(next)];
    }

    public void Reconfigure(
        ValueList<VrrpInstance> instances, ValueList<ScriptTracker> scripts, ReadOnlySpan<int> instanceCarryOver, ReadOnlySpan<int> trackerCarryOver)
    {
        HaConfiguration next = Wire.Configuration(instances, scripts);
        Router.Reconfigure(next, instanceCarryOver, trackerCarryOver, Now, Actions);
        trackers = [.. VrrpRouter.TrackersOf(next)];
    }

    public void Hear(byte[] datagram, int instance = 0) => Router.OnAdvert(instance, datagram, new ReceiveTime(Now, 0), Actions);

    public void Hear(byte[] datagram, long unix) => Router.OnAdvert(0, datagram, new ReceiveTime(Now, unix), Actions);

    public void Hear(VrrpInstance sender, string source, int? priority = null) => Hear(Wire.Advert(sender, source, priority));

    /// <summary>An advert of another router comes, to our group or, if it is on unicast, to its first peer.</summary>
    public void Hear(Advertiser sender, int instance = 0)
    {
        var time = new ReceiveTime(Now, Unix);
        byte[] packet = sender.Packet(Unix);
        if (sender.Family == 6) Router.OnAdvert(instance, sender.Envelope, packet, time, Actions);
        else Router.OnAdvert(instance, packet, time, Actions);
    }

    /// <summary>Lets time pass; timers fire exactly when they are due.</summary>
    public void Advance(long nanoseconds)
    {
        long end = Now + nanoseconds;
        while (Router.NextDeadline <= end)
        {
            Now = Math.Max(Now, Router.NextDeadline);
            Router.OnTimer(Now, Actions);
        }

        Now = end;
    }

    /// <summary>Lets time pass while the host does nothing; then the timers fire late.</summary>
    public void Stall(long nanoseconds)
    {
        Now += nanoseconds;
        Router.OnTimer(Now, Actions);
    }

    /// <summary>Lets time pass while the host does nothing; what waits in its socket comes before the timers.</summary>
    public void SleepWithoutTimers(long nanoseconds) => Now += nanoseconds;

    /// <summary>What was asked for since the last call, in short words.</summary>
    public string[] Take()
    {
        log.Clear();
        foreach (RouterAction a in Actions.AsSpan()) log.Add(Short(a, Router.InstanceCount > 1));
        Actions.Clear();
        return [.. log];
    }

    public RouterAction[] TakeActions()
    {
        RouterAction[] actions = Actions.AsSpan().ToArray();
        Actions.Clear();
        return actions;
    }

    private static string Short(RouterAction a, bool many)
    {
        if (a.Kind == RouterActionKind.GroupStateChanged) return $"group {a.Group}: {a.From}->{a.To}";
        string text = a.Kind switch
        {
            RouterActionKind.SendAdvert => $"advert {a.Value}",
            RouterActionKind.AddAddresses => "add",
            RouterActionKind.RemoveAddresses => "remove",
            RouterActionKind.SendGratuitousArp => $"garp {a.Value}",
            RouterActionKind.StateChanged => $"{a.From}->{a.To} {a.Reason}",
            RouterActionKind.PriorityChanged => $"priority {a.Previous}->{a.Value}",
            RouterActionKind.AdvertRejected => $"rejected {a.Rejection}",
            RouterActionKind.LowerPriorityAdvert => $"lower {a.Value}",
            RouterActionKind.HigherPriorityAdvert => $"higher {a.Value}",
            _ => a.Kind.ToString(),
        };
        return many ? $"{a.Instance}: {text}" : text;
    }
}
