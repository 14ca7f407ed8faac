namespace HaTools.Configuration;

/// <summary>Differences of one BFD session.</summary>
internal static class BfdDiff
{
    public static void Compare(PropertyDiff session, BfdSession before, BfdSession after)
    {
        session.Compare(nameof(BfdSession.Neighbour), before.Neighbour, after.Neighbour);
        session.Compare(nameof(BfdSession.Source), before.Source, after.Source);
        session.Compare(nameof(BfdSession.MinimumReceive), before.MinimumReceive, after.MinimumReceive);
        session.Compare(nameof(BfdSession.MinimumTransmit), before.MinimumTransmit, after.MinimumTransmit);
        session.Compare(nameof(BfdSession.IdleTransmit), before.IdleTransmit, after.IdleTransmit);
        session.Compare(nameof(BfdSession.Multiplier), before.Multiplier, after.Multiplier);
        session.Compare(nameof(BfdSession.Passive), before.Passive, after.Passive);
        session.Compare(nameof(BfdSession.Ttl), before.Ttl, after.Ttl);
        session.Compare(nameof(BfdSession.MaximumHops), before.MaximumHops, after.MaximumHops);
        session.Compare(nameof(BfdSession.Multihop), before.Multihop, after.Multihop);
        session.Compare(nameof(BfdSession.Weight), before.Weight, after.Weight);
        session.Compare(nameof(BfdSession.Reverse), before.Reverse, after.Reverse);
        session.Compare(nameof(BfdSession.ForVrrp), before.ForVrrp, after.ForVrrp);
        session.Compare(nameof(BfdSession.ForChecks), before.ForChecks, after.ForChecks);
    }
}
