using HaTools.Engine.HostState;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Sets the timeouts of the data plane, which are one set for all services of a network namespace, and gives back what they were; a file remembers that for the
/// successor of an engine that was killed. On one thread, in the node's network namespace.
/// </summary>
/// <param name="open">Opens the data plane.</param>
/// <param name="file">The file.</param>
/// <param name="tell">Hears what of the file cannot be understood.</param>
internal sealed class TimeoutKeeper(Func<IDataPlane> open, string file, Action<string> tell) : IDisposable
{
    private const string Subject = "lvs_timeouts";

    private static readonly Timeout[] All =
    [
        new("tcp", s => s.TcpTimeout, t => t.Tcp, v => new IpvsTimeouts(v, 0, 0)),
        new("tcpfin", s => s.TcpFinTimeout, t => t.TcpFin, v => new IpvsTimeouts(0, v, 0)),
        new("udp", s => s.UdpTimeout, t => t.Udp, v => new IpvsTimeouts(0, 0, v)),
    ];

    private IDataPlane? plane;
    private TimeoutState? state;
    private IpvsSettings current = IpvsSettings.None;

    // Not before it is needed: what the file says is about the network namespace of the thread that reads it.
    private TimeoutState State => state ??= TimeoutState.Load(file, tell);

    /// <summary>Makes sure that there is a data plane with timeouts where some are asked for, before anything is changed.</summary>
    /// <exception cref="HaEngineException">There is none.</exception>
    public void Require(IpvsSettings wanted)
    {
        if (!Array.Exists(All, t => t.Wanted(wanted) is not null)) return;
        if (!Plane().Capabilities.Timeouts) throw new HaEngineException($"{Subject}: {Plane().Capabilities.Name} has no timeouts of connections; leave them out");
    }

    /// <summary>Sets what is asked for, and gives back what is not asked for any more.</summary>
    /// <exception cref="HaEngineException">A value was refused; the message names it.</exception>
    /// <exception cref="IOException">The kernel did not answer.</exception>
    public void Apply(IpvsSettings wanted)
    {
        if (wanted == IpvsSettings.None && State.IsEmpty) return;
        IpvsTimeouts present = Plane().ReadTimeouts();
        var failures = new Failures();
        foreach (Timeout timeout in All)
        {
            failures.Try(() =>
            {
                if (timeout.Wanted(wanted) is { } time) Set(timeout, timeout.Of(present), (uint)time.TotalSeconds);
                else GiveBack(timeout, timeout.Of(present));
            });
        }

        failures.Throw();
        current = wanted;
    }

    /// <summary>What the kernel has; null: nothing is configured.</summary>
    public IpvsState? GetState()
    {
        if (current == IpvsSettings.None) return null;
        IpvsTimeouts present = Plane().ReadTimeouts();
        return new IpvsState { TcpTimeout = present.Tcp, TcpFinTimeout = present.TcpFin, UdpTimeout = present.Udp };
    }

    public void Dispose() => plane?.Dispose();

    private IDataPlane Plane()
    {
        try
        {
            return plane ??= open();
        }
        catch (HaEngineException e)
        {
            throw new HaEngineException($"{Subject}: {e.Message}", e);
        }
    }

    private void Set(Timeout timeout, uint present, uint value)
    {
        if (present == value) return;
        TimeoutChange? known = State.Timeouts.GetValueOrDefault(timeout.Name);

        // The file speaks of what was there before the first of us.
        State.Timeouts[timeout.Name] = new TimeoutChange(known?.Original ?? present, value);
        State.Save(file);
        if (Plane().SetTimeouts(timeout.Only(value)) is not { } reason) return;
        if (known is null) _ = State.Timeouts.Remove(timeout.Name);
        else State.Timeouts[timeout.Name] = known;
        State.Save(file);
        throw new HaEngineException($"{Subject} {timeout.Name} {value}: {Plane().Capabilities.Name} refuses it: {reason}");
    }

    private void GiveBack(Timeout timeout, uint present)
    {
        if (!State.Timeouts.TryGetValue(timeout.Name, out TimeoutChange? change)) return;

        // A value that is not ours was set by somebody since, and stays.
        if (present == change.Ours && Plane().SetTimeouts(timeout.Only(change.Original)) is { } reason)
            throw new HaEngineException($"{Subject} {timeout.Name} cannot be set to {change.Original} again, as it was: {reason}");
        _ = State.Timeouts.Remove(timeout.Name);
        State.Save(file);
    }

    /// <summary>One of the timeouts.</summary>
    /// <param name="Name">keepalived's name.</param>
    /// <param name="Wanted">What is asked for.</param>
    /// <param name="Of">Which of the plane's it is.</param>
    /// <param name="Only">A request that sets this one alone.</param>
    private sealed record Timeout(string Name, Func<IpvsSettings, TimeSpan?> Wanted, Func<IpvsTimeouts, uint> Of, Func<uint, IpvsTimeouts> Only);
}
