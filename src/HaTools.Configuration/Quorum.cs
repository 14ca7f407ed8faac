namespace HaTools.Configuration;

/// <summary>Whether enough of a service's servers are up to carry it, pure (keepalived: quorum, hysteresis).</summary>
/// <param name="Needed">The weight that carries the service, at least 1: servers that get no client carry nothing, also where that is so by configuration.</param>
/// <param name="Hysteresis">How far below and above.</param>
/// <param name="All">What all servers weigh at most.</param>
internal readonly record struct Quorum(long Needed, long Hysteresis, long All)
{
    /// <summary>
    /// The quorum of a service. As in keepalived, one that all servers together do not reach is what they weigh, and a hysteresis is less than the quorum. What servers
    /// weigh at most whose checks say their weight, nobody knows: their quorum is as it stands.
    /// </summary>
    public static Quorum Of(VirtualServer service)
    {
        long all = DynamicWeights.AreGivenIn(service) ? long.MaxValue : service.RealServers.Sum(s => (long)s.Weight);
        long needed = Math.Max(1, Math.Min(service.Quorum, all));
        return new Quorum(needed, Math.Clamp(service.Hysteresis, 0, needed - 1), all);
    }

    /// <summary>From which weight on a lost quorum is there again. In keepalived it may be more than all weigh: once lost it never comes back.</summary>
    public long GainedAt => Math.Max(Needed, Math.Min(Needed + Hysteresis, All));

    /// <summary>Below which weight a quorum is lost.</summary>
    public long LostBelow => Needed - Hysteresis;

    /// <param name="was">Whether it was there until now; at the start it was not.</param>
    /// <param name="alive">What the servers weigh that are up.</param>
    public bool Holds(bool was, long alive) => was ? alive >= LostBelow : alive >= GainedAt;
}
