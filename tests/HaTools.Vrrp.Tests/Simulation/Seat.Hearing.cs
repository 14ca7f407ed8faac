namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>What the referee makes of a datagram: whether it is an advert that is to be heeded, and what it says.</summary>
internal sealed partial class Seat
{
    // With both versions: whose version 3 was heard last, and when; and whether what was heard is the version 2 beside it.
    private AddressBits version3Source;
    private long version3At;
    private bool heardIsEclipsed;

    private bool HeardSomething => hears && heardIsValid && !heardIsEclipsed && !rejects;

    /// <summary>Whether the advert that was heard is a better master's (RFC 9568 section 6.4.3).</summary>
    private bool IsBeaten => HeardSomething && heardPriority != 0
        && (heardPriority > EffectivePriority || (heardPriority == EffectivePriority && heardIsHigherAddress));

    /// <summary>An owner goes down to 254 when a second one does not give way though it was told more often than a loss explains.</summary>
    private bool MayBeDemoted => Plan.IsOwner && rivalAdverts > MostRivalAdverts;

    /// <summary>In strict mode the owner hears nobody (RFC 5798 section 7.1, before erratum 8298 of RFC 9568).</summary>
    public bool IsDeaf => Host.Lan.Plan.Strict && Plan.IsOwner;

    public void Hears(Packet packet)
    {
        hears = true;
        heardPriority = packet.Priority;
        heardInterval = packet.Interval;
        heardVersion = packet.Version;
        heardIsHigherAddress = packet.Source > Host.Address;
        heardIsValid = IsValid(packet);
        heardIsEclipsed = heardIsValid && AlsoVersion2 && IsEclipsed(packet);
        if (heardIsValid && !heardIsEclipsed && heardPriority == VrrpProtocol.OwnerPriority && !heardIsHigherAddress) rivalAdverts++;
    }

    /// <summary>RFC 9568 section 8.4.2: the version 2 of a master whose version 3 was heard within the down interval is not heeded.</summary>
    private bool IsEclipsed(Packet packet)
    {
        if (packet.Version == 2) return packet.Source == version3Source && Host.Local - version3At <= DownInterval;
        (version3Source, version3At) = (packet.Source, Host.Local);
        return false;
    }

    /// <summary>Whether a datagram is a valid advert that a master of this seat would yield to.</summary>
    public bool WouldYieldTo(Packet packet) => !Host.Lan.Plan.RefusesReplays
        && packet.VirtualRouterId == VirtualRouterId && IsValid(packet)
        && (packet.Priority > EffectivePriority || (packet.Priority == EffectivePriority && packet.Source > Host.Address));

    /// <summary>RFC 3768 section 7.1: another version, another interval, another password: MUST discard.</summary>
    private bool IsValid(Packet packet)
    {
        LanPlan lan = Host.Lan.Plan;
        if (IsDeaf) return false;
        if (packet.Version != Version && !AlsoVersion2) return false;
        if (lan.RefusesReplays || Version == 3) return true;
        return packet.Interval == Interval && (lan.Authentication is null
            || packet.AuthenticationData.StartsWith(Plan.OtherPassword ? "other\0\0\0"u8 : "same\0\0\0\0"u8));
    }

    /// <summary>
    /// A valid advert is heeded and another is not. Where a replayed one is refused, that is the machine's to know, so any may be; if it refuses too
    /// much, there are two masters in calm.
    /// </summary>
    private void CheckRejection()
    {
        if (Host.Lan.Plan.RefusesReplays && heardIsValid) return;
        Expect(rejects == !heardIsValid, rejects ? "discards a valid advert" : "heeds an advert that it must discard");
    }
}
