using HaTools.Engine.HostState;
using HaTools.Engine.Threading;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Sets the timeouts of the data plane, which are one set for all services of a network namespace, and gives back what they were; a file remembers that for the
/// successor of an engine that was killed. They are looked at every two seconds, since the kernel tells nobody when others change one. On one thread, in the node's
/// network namespace.
/// </summary>
internal sealed class TimeoutKeeper : IDisposable
{
    private const string Subject = "lvs_timeouts";

    private static readonly Timeout[] All =
    [
        new("tcp", s => s.TcpTimeout, t => t.Tcp, v => new IpvsTimeouts(v, 0, 0)),
        new("tcpfin", s => s.TcpFinTimeout, t => t.TcpFin, v => new IpvsTimeouts(0, v, 0)),
        new("udp", s => s.UdpTimeout, t => t.Udp, v => new IpvsTimeouts(0, 0, v)),
    ];

    private readonly LazyPlane plane;
    private readonly string file;
    private readonly IServiceSink sink;
    private readonly Complaints complaints;
    private readonly Looks looks;
    private readonly List<Kept<Timeout, uint>> kept = [];
    private TimeoutState? state;
    private IpvsSettings current = IpvsSettings.None;

    /// <param name="thread">That thread.</param>
    /// <param name="open">Opens the data plane.</param>
    /// <param name="file">The file.</param>
    /// <param name="sink">Hears what others change, and what of the file cannot be understood.</param>
    public TimeoutKeeper(WorkThread thread, Func<IDataPlane> open, string file, IServiceSink sink)
    {
        (this.file, this.sink) = (file, sink);
        plane = new LazyPlane(open, Subject);
        complaints = new Complaints(sink, Subject);
        looks = new Looks(thread, now =>
        {
            Look(now);
            return kept.Count > 0;
        });
    }

    /// <summary>What is not as it should be, one sentence each.</summary>
    public IReadOnlyList<string> Complaints => complaints.All;

    // Not before it is needed: what the file says is about the network namespace of the thread that reads it.
    private TimeoutState State => state ??= TimeoutState.Load(file, text => sink.OnService("Warning", Subject, text, null));

    private bool IsLeft => current.Drift == IpvsDriftPolicy.Report;

    /// <summary>Makes sure that there is a data plane with timeouts where some are asked for, before anything is changed.</summary>
    /// <exception cref="HaEngineException">There is none.</exception>
    public void Require(IpvsSettings wanted)
    {
        if (!IsAsked(wanted)) return;
        if (!plane.Get().Capabilities.Timeouts) throw new HaEngineException($"{Subject}: {plane.Get().Capabilities.Name} has no timeouts of connections; leave them out");
    }

    /// <summary>
    /// Sets what is asked for, and gives back what is not asked for any more. Where changes of others are left, what is asked for as before is left too.
    /// </summary>
    /// <exception cref="HaEngineException">A value was refused; the message names it.</exception>
    /// <exception cref="IOException">The kernel did not answer.</exception>
    public void Apply(IpvsSettings wanted)
    {
        if (!IsAsked(wanted) && State.IsEmpty && kept.Count == 0)
        {
            current = wanted;
            return;
        }

        IpvsTimeouts present = plane.Get().ReadTimeouts();
        var failures = new Failures();
        foreach (Timeout timeout in All)
        {
            failures.Try(() =>
            {
                if (timeout.Wanted(wanted) is { } time) Keep(timeout, timeout.Of(present), (uint)time.TotalSeconds, wanted.Drift);
                else GiveBack(timeout, timeout.Of(present));
            });
        }

        failures.Throw();
        current = wanted;
        if (kept.Count > 0) looks.Begin();
    }

    /// <summary>Sees what others have changed, and sets it right, or tells it where it is to be left.</summary>
    /// <param name="now">A time of <see cref="HaTools.Linux.MonotonicClock"/>.</param>
    public void Look(long now)
    {
        IpvsTimeouts present;
        try
        {
            present = plane.Get().ReadTimeouts();
            complaints.Clear("");
        }
        catch (IOException e)
        {
            complaints.Set("", $"{Subject}: whether others change them cannot be seen now: {e.Message}");
            return;
        }

        foreach (Kept<Timeout, uint> one in kept)
        {
            uint found = one.What.Of(present);
            string change = $"{Subject} {one.What.Name} was changed from {one.Value} to {found} by others";
            if (found == one.Value)
            {
                one.SeenRight(now);
                complaints.Clear(one.What.Name);
            }
            else if (IsLeft)
            {
                complaints.Set(one.What.Name, $"{change}, and is left so (ipvs: drift: report)");
            }
            else if (one.MaySetRight(now))
            {
                one.Pause(now);
                if (plane.Get().SetTimeouts(one.What.Only(one.Value)) is { } reason)
                {
                    complaints.Set(one.What.Name, $"{change}, and cannot be set right: {reason}");
                    continue;
                }

                complaints.Clear(one.What.Name);
                sink.OnService("Warning", Subject, $"{change}, and is {one.Value} again", null);
            }
        }
    }

    /// <summary>What the kernel has; null: nothing is configured.</summary>
    public IpvsState? GetState()
    {
        if (!IsAsked(current) && current.Parameters.Count == 0) return null;
        IpvsTimeouts present = plane.Get().ReadTimeouts();
        return new IpvsState { TcpTimeout = present.Tcp, TcpFinTimeout = present.TcpFin, UdpTimeout = present.Udp };
    }

    public void Dispose() => plane.Dispose();

    private static bool IsAsked(IpvsSettings wanted) => Array.Exists(All, t => t.Wanted(wanted) is not null);

    private void Keep(Timeout timeout, uint present, uint value, IpvsDriftPolicy drift)
    {
        Kept<Timeout, uint>? before = kept.Find(k => k.What == timeout);
        if (before?.Value == value && drift == IpvsDriftPolicy.Report) return;
        Set(timeout, present, value);
        if (before?.Value == value) return;
        Forget(timeout);
        kept.Add(new Kept<Timeout, uint>(timeout, value));
    }

    private void Set(Timeout timeout, uint present, uint value)
    {
        if (present == value) return;
        TimeoutChange? known = State.Timeouts.GetValueOrDefault(timeout.Name);

        // The file speaks of what was there before the first of us.
        State.Timeouts[timeout.Name] = new TimeoutChange(known?.Original ?? present, value);
        State.Save(file);
        if (plane.Get().SetTimeouts(timeout.Only(value)) is not { } reason) return;
        if (known is null) _ = State.Timeouts.Remove(timeout.Name);
        else State.Timeouts[timeout.Name] = known;
        State.Save(file);
        throw new HaEngineException($"{Subject} {timeout.Name} {value}: {plane.Get().Capabilities.Name} refuses it: {reason}");
    }

    private void GiveBack(Timeout timeout, uint present)
    {
        Forget(timeout);
        if (!State.Timeouts.TryGetValue(timeout.Name, out TimeoutChange? change)) return;

        // A value that is not ours was set by somebody since, and stays.
        if (present == change.Ours && plane.Get().SetTimeouts(timeout.Only(change.Original)) is { } reason)
            throw new HaEngineException($"{Subject} {timeout.Name} cannot be set to {change.Original} again, as it was: {reason}");
        _ = State.Timeouts.Remove(timeout.Name);
        State.Save(file);
    }

    private void Forget(Timeout timeout)
    {
        _ = kept.RemoveAll(k => k.What == timeout);
        complaints.Clear(timeout.Name);
    }

    /// <summary>One of the timeouts.</summary>
    /// <param name="Name">keepalived's name.</param>
    /// <param name="Wanted">What is asked for.</param>
    /// <param name="Of">Which of the plane's it is.</param>
    /// <param name="Only">A request that sets this one alone.</param>
    private sealed record Timeout(string Name, Func<IpvsSettings, TimeSpan?> Wanted, Func<IpvsTimeouts, uint> Of, Func<uint, IpvsTimeouts> Only);
}
