namespace HaTools.Vrrp;

/// <summary>
/// The one sequence number that the routers of a virtual router share with <see cref="AuthenticationHeader"/>, as keepalived does it: what
/// is heard must be above it and becomes it, what is sent is one more. So a backup that takes over goes on where the master ended.
/// </summary>
/// <remarks>
/// The number that we sent ourselves may be heard once more: two masters in step, each of which has gone on from the same number, would drop each other's
/// adverts as replays for as long as they stay in step (keepalived's do).
/// </remarks>
internal struct AuthenticationHeaderSequence
{
    private uint last;
    private bool isOurs;

    /// <summary>The number for the next advert. It does not wrap: at one advert a second it lasts for 136 years.</summary>
    public uint Next()
    {
        isOurs = true;
        return last < uint.MaxValue ? ++last : last;
    }

    /// <summary>Takes the number of an authentic advert.</summary>
    /// <returns>Whether it is new; if not, the advert is to be dropped as a replay.</returns>
    public bool TryAccept(uint sequence)
    {
        if (sequence < last || (sequence == last && !isOurs)) return false;
        last = sequence;
        isOurs = false;
        return true;
    }
}
