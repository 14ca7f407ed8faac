using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>Which sync daemons run when, in virtual time.</summary>
public sealed class SyncRolesTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(IpvsSyncRole.Master, IpvsSyncRole.Backup)]
    [InlineData(IpvsSyncRole.Backup, IpvsSyncRole.Master)]
    public void The_former_role_stays_until_its_last_message_has_gone(IpvsSyncRole former, IpvsSyncRole next)
    {
        SyncRoles roles = default(SyncRoles).With(former, 0).With(next, 10 * Second);
        Assert.False(roles.StopsFirst(backupOnly: false));
        Assert.True(roles.Stays(former, 10 * Second, backupOnly: false));
        Assert.True(roles.Stays(former, 13 * Second, backupOnly: false));
        Assert.False(roles.Stays(former, 14 * Second, backupOnly: false));
        Assert.False(roles.Stays(next, 10 * Second, backupOnly: false));

        // Word of what is known already does not begin it anew.
        Assert.False(roles.With(next, 13 * Second).Stays(former, 14 * Second, backupOnly: false));
    }

    [Fact]
    public void What_ran_before_there_was_a_role_does_not_stay()
    {
        SyncRoles roles = default(SyncRoles).With(IpvsSyncRole.Backup, 10 * Second);
        Assert.False(roles.Stays(IpvsSyncRole.Master, 10 * Second, backupOnly: false));
    }

    [Fact]
    public void Where_a_listener_keeps_a_director_from_forwarding_a_master_stops_it_first()
    {
        SyncRoles master = default(SyncRoles).With(IpvsSyncRole.Backup, 0).With(IpvsSyncRole.Master, 10 * Second);
        Assert.True(master.StopsFirst(backupOnly: true));
        Assert.False(master.Stays(IpvsSyncRole.Backup, 10 * Second, backupOnly: true));

        // Who forwards nothing may listen, and send what it has.
        SyncRoles backup = master.With(IpvsSyncRole.Backup, 20 * Second);
        Assert.False(backup.StopsFirst(backupOnly: true));
        Assert.True(backup.Stays(IpvsSyncRole.Master, 20 * Second, backupOnly: true));
    }

    [Fact]
    public void A_role_that_comes_back_runs_on()
    {
        SyncRoles roles = default(SyncRoles).With(IpvsSyncRole.Master, 0).With(IpvsSyncRole.Backup, 10 * Second).With(IpvsSyncRole.Master, 11 * Second);
        Assert.Equal(IpvsSyncRole.Master, roles.Current);
        Assert.True(roles.Stays(IpvsSyncRole.Backup, 12 * Second, backupOnly: false));
    }
}
