using System.Globalization;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// What the nodes together promise, looked at from outside in calm: all links are up, nothing is lost, nobody is stopped, nothing is
/// reconfigured, and all agree in version, addresses and password, and with version 2 in the interval. (With version 3 the intervals may
/// differ: a backup learns its master's, so the promises hold with the longest of all.)
/// </summary>
/// <remarks>
/// Terms: I the longest interval of any node (of two versions that of version 2, which is rounded up), by a clock that is 1 % slow; D the longest time that a datagram takes in calm; M the longest
/// down interval, 3 I (or as many as the nodes count) and the skew of the lowest priority there is; P the longest delay of preemption; t0 when
/// calm begins: the last troubled datagram has arrived by then, and nobody holds back any more because it has just started.
/// <list type="number">
/// <item>A master by t0 + M + D, if there is a candidate: whoever is backup at t0 waits at most M, unless it hears a master meanwhile. From
/// then on there is always one: a master yields only to one that is.</item>
/// <item>Two masters hear each other within I + D, and the worse yields; so from t0 on no pair lasts longer. One begins in calm only when a
/// better router takes over from a worse one (the worse hears the first advert), or a worse one takes over because the better one's
/// adverts were lost before t0 (the better one answers, if it is not told not to, and sends within I anyway).</item>
/// <item>After t0 + 3 I + 1 s pairs are handovers alone, and those last as long as the datagram: 2 D. With version 2, and with version 3 up
/// to 1 s, even handovers without a delay are over by then.</item>
/// <item>By t0 + S the dust has settled, and nothing changes any more: no state, no takeover. S = 3 M + P + I + 4 D: a first takeover within M;
/// then those who had been told a short interval by a master that is not any more may take over once more within M, hear the answer, and
/// yield; and who delays its preemption waits P from the first lower advert, and then for its timer, at most M.</item>
/// <item>Then the master is who it should be: nobody who may preempt has a higher effective priority. Of equals the one that is master stays.
/// That a router with nopreempt, or one whose host is not ready, leaves a working master alone is the referee's, who knows what it has heard.</item>
/// <item>On a LAN where some nodes speak version 2 alone, some version 3 alone and some both (<see cref="LanPlan.IsMixed"/>), the first two are deaf to
/// each other, and no election can be among them. What still holds is what each router hears: every candidate has a master, itself or one that it
/// hears; no two masters hear each other; who may preempt has no higher priority than the best master that it hears. So there is one master,
/// or one of version 2 alone beside one of version 3 alone, each for those that hear it; where a router of both versions is master, it is the only one. The
/// rest holds as it stands: while there is a candidate there is a master from t0 + M + D on, pairs that hear each other end as above, and by
/// t0 + S nothing changes any more.</item>
/// <item>In strict mode (of whatever versions) nobody answers a lower router and nobody yields with a word, so a pair of masters lasts until the better
/// one sends of itself, within I, however late it begins. The owner is deaf: while it is a candidate it is master by t0 + S, also where a better
/// one than any other is of a version that it would hear; who hears it yields. Of owners there is one at most: two deaf ones would be masters for ever.</item>
/// <item>Members of a sync group have one master. That needs nodes whose members are alike (else a group that lost one election and won another
/// would be pulled to and fro), so that is part of calm.</item>
/// <item>The addresses are on the masters alone; those of dead nodes until their lifetime is over.</item>
/// </list>
/// </remarks>
internal sealed class Judge
{
    private readonly SimulatedLan lan;
    private readonly int[] masters;
    private readonly bool[] isPair;
    private readonly long[] twoSince;
    private bool calm;
    private bool settled;
    private bool alwaysOne;
    private long begin;

    public Judge(SimulatedLan lan)
    {
        this.lan = lan;
        masters = new int[lan.Plan.Routers];
        isPair = new bool[lan.Plan.Routers];
        twoSince = new long[lan.Plan.Routers];
    }

    /// <summary>How many pairs of masters were seen in calm, and takeovers at all: that something happened shows that the looks were worth it.</summary>
    public long Takeovers { get; private set; }

    private long SlowInterval => Slow(lan.Plan.LongestInterval);

    private long LongestDown => (lan.Plan.DownTimerAdverts + 1) * SlowInterval + (lan.Plan.HasVersion2Alone ? Slow(Wire.Second) : 0);

    private long Delay => lan.Plan.CalmDelay + 2;

    public void Changed(Seat seat, VrrpStateKind before)
    {
        int r = seat.Number;
        if (seat.State == VrrpStateKind.Master)
        {
            Takeovers++;
            masters[r]++;
        }
        else if (before == VrrpStateKind.Master)
        {
            masters[r]--;
        }

        NotePair(r);
        if (!calm) return;
        if (settled) Break($"vrid {r + 1}: node {seat.Host.Index} goes from {before} to {seat.State}, and nothing has happened");
        if (alwaysOne && masters[r] == 0) Break($"vrid {r + 1}: nobody is master any more");
    }

    /// <summary>Lets a calm time pass and looks.</summary>
    public void Calm()
    {
        calm = true;
        begin = lan.Now;
        // Who speaks what may have changed without a change of state.
        for (int r = 0; r < masters.Length; r++) NotePair(r);
        lan.Trace.Add(lan.Now, -1, "calm");
        lan.RunUntil(begin + LongestDown + Delay);
        for (int r = 0; r < masters.Length; r++)
        {
            if (Candidates(r).Any() && masters[r] == 0) Break($"vrid {r + 1}: nobody is master after the longest down interval");
        }

        alwaysOne = true;
        lan.RunUntil(begin + 3 * LongestDown + Slow(lan.Plan.PreemptDelay) + SlowInterval + 4 * Delay);
        settled = true;
        lan.Trace.Add(lan.Now, -1, "settled");
        Look();
        lan.RunUntil(lan.Now + lan.Random.NextInt64(LongestDown));
        Look();
        calm = settled = alwaysOne = false;
    }

    public void Break(string promise) => throw new BrokenPromiseException(
        string.Create(CultureInfo.InvariantCulture, $"at {lan.Now / 1e9:0.000000} s: {promise}"));

    // 1 % and a little more.
    private static long Slow(long duration) => duration + duration / 90;

    /// <summary>Two masters that hear each other: when they begin, and when they are no more.</summary>
    private void NotePair(int r)
    {
        bool was = isPair[r];
        isPair[r] = masters[r] > 1 && Masters(r).Any(a => Masters(r).Any(b => a != b && a.CanHear(b)));
        if (isPair[r] && !was) twoSince[r] = lan.Now;
        else if (was && !isPair[r]) EndOfPair(r);
    }

    private void EndOfPair(int r)
    {
        if (!calm) return;
        long since = Math.Max(begin, twoSince[r]);
        long lasted = lan.Now - since;
        long late = begin + 3 * SlowInterval + Wire.Second;
        // With numbers against replay each may first have to hear how far the other has counted while they could not hear each other.
        long intervals = lan.Plan.RefusesReplays ? 2 : 1;
        long allowed = since > late && !lan.Plan.LowerPriorityNoAdvert ? 2 * Delay : intervals * SlowInterval + 2 * Delay;
        if (lasted > allowed) Break($"vrid {r + 1}: two masters for {lasted} ns");
    }

    private void Look()
    {
        for (int r = 0; r < masters.Length; r++)
        {
            if (masters[r] != Masters(r).Count()) Break($"vrid {r + 1}: {masters[r]} masters, and not all are in the election");
            foreach (Seat seat in Candidates(r)) LookAt(seat);
        }

        foreach (SimulatedHost host in lan.Hosts)
        {
            if (!host.IsRunning) continue;
            foreach (Seat seat in host.Seats)
            {
                if (seat.Instance >= 0) seat.CheckTimers();
                else seat.Expect(seat.State == VrrpStateKind.Initialize, "has left and takes part");
            }
        }
    }

    /// <summary>Whether the masters that a router hears, itself among them, are the one master that it should have.</summary>
    private void LookAt(Seat seat)
    {
        int r = seat.Number;
        seat.Expect(!seat.IsDeaf || seat.State == VrrpStateKind.Master, "owns the addresses, hears nobody, and is not master");
        Seat[] heard = [.. Masters(r).Where(seat.CanHear)];
        if (heard.Length == 0) Break($"vrid {r + 1}: node {seat.Host.Index} has no master");
        // Only a router of both versions that is no master may hear two: one of each version, deaf to each other.
        bool isBetween = lan.Plan.IsMixed && seat.State != VrrpStateKind.Master && heard.Length == 2 && !heard[0].CanHear(heard[1]);
        if (heard.Length > 1 && !isBetween) Break($"vrid {r + 1}: node {seat.Host.Index} hears {heard.Length} masters");
        Seat best = heard.MaxBy(m => m.EffectivePriority)!;
        if (seat.Plan.Preempts && !seat.IsHeld && seat.EffectivePriority > best.EffectivePriority)
        {
            Break($"vrid {r + 1}: node {best.Host.Index} is master with {best.EffectivePriority}, "
                + $"though node {seat.Host.Index} has {seat.EffectivePriority}");
        }
    }

    private IEnumerable<Seat> Masters(int router) => Candidates(router).Where(s => s.State == VrrpStateKind.Master);

    private IEnumerable<Seat> Candidates(int router) => lan.Hosts.Select(h => h.Seats[router]).Where(s => s.IsCandidate);
}
