namespace HaTools.Vrrp;

/// <summary>
/// The one sequence number that the routers of a virtual router share with <see cref="AuthenticationHeader"/>, as keepalived does it: what
/// is heard must be above it and becomes it, what is sent is one more. So a backup that takes over goes on where the master ended.
/// </summary>
internal struct AuthenticationHeaderSequence
{
    private uint last;

    /// <summary>The number for the next advert. It does not wrap: at one advert a second it lasts for 136 years.</summary>
    public uint Next() => last < uint.MaxValue ? ++last : last;

    /// <summary>Takes the number of an authentic advert.</summary>
    /// <returns>Whether it is new; if not, the advert is to be dropped as a replay.</returns>
    public bool TryAccept(uint sequence)
    {
        if (sequence <= last) return false;
        last = sequence;
        return true;
    }
}
