namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>The troubles of a simulated LAN, one after the other, and their end.</summary>
internal sealed class Storm(SimulatedLan lan)
{
    private readonly Random random = lan.Random;

    private LanPlan Plan => lan.Plan;

    /// <summary>A few troubles with some time after each.</summary>
    public void Rage()
    {
        for (int troubles = random.Next(1, 20); troubles > 0; troubles--)
        {
            lan.Steps++;
            Trouble(lan.Hosts[random.Next(lan.Hosts.Length)]);
            if (lan.Holds is { } holds && holds.Next(3) == 0) ChangeHold(holds);
            lan.RunUntil(lan.Now + SomeTime());
        }
    }

    /// <summary>All links work, nothing is lost, nobody is stopped, all agree; and what was underway has arrived.</summary>
    public void Abate()
    {
        lan.MendAll();
        lan.Loss = 0;
        lan.MaxDelay = Plan.CalmDelay;
        if (random.Next(2) == 0) lan.Duplication = 0;
        lan.RunUntil(Math.Max(lan.Now, lan.Hosts.Max(h => Math.Max(h.FrozenUntil, h.HeldUntilTrue))));
        foreach (SimulatedHost host in lan.Hosts) host.Agree();
        lan.RunUntil(Math.Max(lan.Now + Plan.CalmDelay, lan.LastArrival) + 1);
    }

    /// <summary>From a moment to some down intervals, in which the interesting things are.</summary>
    private long SomeTime() => random.Next(3) switch
    {
        0 => random.NextInt64(Plan.ShortestInterval),
        1 => random.NextInt64(4 * Plan.ShortestInterval),
        _ => random.NextInt64(4 * Plan.LongestInterval),
    };

    private void Trouble(SimulatedHost host)
    {
        if (host.FrozenUntil > lan.Now) return;
        if (!host.IsRunning)
        {
            host.Start();
            return;
        }

        switch (random.Next(14))
        {
            case 0:
                host.Crash();
                break;
            case 1 or 13:
                host.Stop();
                break;
            case 2 or 3:
                int segment = random.Next(Plan.Segments);
                host.SetInterface(segment, !host.IsInterfaceUp(segment));
                break;
            case 4:
                host.SetTrackers(UpOrDown(host.Weigh), host.Vital);
                break;
            case 5:
                host.SetTrackers(host.Weigh, UpOrDown(host.Vital));
                break;
            case 6:
                host.Freeze(lan.Now + SomeTime() + SomeTime());
                break;
            case 7:
                host.Change(random);
                break;
            case 8:
                // One way, another, or both.
                lan.Cut(random.Next(Plan.Segments), host.Index, random.Next(Plan.Nodes), true);
                break;
            case 9:
                Divide();
                break;
            case 10:
                lan.MendAll();
                break;
            case 11:
                lan.Loss = random.Next(2) == 0 ? random.NextDouble() : 0;
                lan.Duplication = random.Next(3) == 0 ? random.NextDouble() : 0;
                break;
            default:
                lan.MaxDelay = random.Next(2) == 0 ? Plan.CalmDelay : 1 + random.NextInt64(2 * Plan.LongestInterval);
                lan.Reorders = random.Next(2) == 0;
                break;
        }
    }

    private void ChangeHold(Random holds)
    {
        SimulatedHost host = lan.Hosts[holds.Next(lan.Hosts.Length)];
        if (host.FrozenUntil > lan.Now) return;
        Seat seat = host.Seats[holds.Next(host.Seats.Length)];
        host.SetHold(seat, !seat.HoldsBack);
    }

    private TrackerState UpOrDown(TrackerState now) =>
        now == TrackerState.Up || (now == TrackerState.Unknown && random.Next(2) == 0) ? TrackerState.Down : TrackerState.Up;

    private void Divide()
    {
        int segment = random.Next(Plan.Segments);
        int side = random.Next(1 << Plan.Nodes);
        for (int a = 0; a < Plan.Nodes; a++)
        {
            for (int b = 0; b < Plan.Nodes; b++) lan.Cut(segment, a, b, (side >> a & 1) != (side >> b & 1));
        }
    }
}
