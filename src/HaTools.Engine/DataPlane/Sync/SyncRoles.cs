namespace HaTools.Engine.DataPlane;

/// <summary>
/// Which of the kernel's two sync daemons run when, pure. The kernel throws away what a sender has not sent yet when that is stopped (net/netfilter/ipvs/ip_vs_sync.c:
/// sync_thread_master): up to three seconds of connections. So at a change of roles the new daemon starts before the old one stops, and the old one stays for as long as
/// a message may lie: a director that gives its addresses up goes on sending what it has, and the one that takes them over goes on hearing it. Nothing is sent twice: a
/// connection is announced by who forwards its packets.
/// </summary>
/// <param name="Current">The role; null: none has been asked for, or both.</param>
/// <param name="PartsAt">Until when the daemon of the other role stays, in nanoseconds.</param>
internal readonly record struct SyncRoles(IpvsSyncRole? Current, long PartsAt)
{
    /// <summary>
    /// How long a message may lie with its sender: a buffer is sent when it is two seconds old, and looked at each second (IPVS_SYNC_FLUSH_TIME and IPVS_SYNC_CHECK_PERIOD of
    /// ip_vs_sync.c); and half a second for the clock's ticks.
    /// </summary>
    public const long LongestStay = 3_500_000_000;

    /// <summary>The same after the word on the role, which may be the same.</summary>
    public SyncRoles With(IpvsSyncRole? role, long now) =>
        role == Current ? this : new SyncRoles(role, Current is null || role is null ? now : now + LongestStay);

    /// <summary>Whether a daemon that runs, and whose role is not asked for, stays for now.</summary>
    /// <param name="over">Its role.</param>
    /// <param name="now">Now.</param>
    /// <param name="backupOnly">net.ipv4.vs.backup_only: a director forwards nothing while its listener runs.</param>
    public bool Stays(IpvsSyncRole over, long now, bool backupOnly) => over != Current && now < PartsAt && !StopsFirst(backupOnly);

    /// <summary>Whether what is over stops before the new daemon starts.</summary>
    public bool StopsFirst(bool backupOnly) => backupOnly && Current == IpvsSyncRole.Master;
}
