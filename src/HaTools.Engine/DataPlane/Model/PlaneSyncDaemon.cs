using System.Net;

namespace HaTools.Engine.DataPlane;

/// <summary>A sync daemon as it is, or should be, in a plane.</summary>
internal sealed record PlaneSyncDaemon
{
    // net/netfilter/ipvs/ip_vs_ctl.c and ip_vs_sync.c.
    public const int UsualPort = 8848;
    public const int UsualTtl = 1;
    private const int ShortestOfListener = 1024;

    public static IPAddress UsualGroup { get; } = new([224, 0, 0, 81]);

    public required IpvsSyncRole Role { get; init; }

    public required string Interface { get; init; }

    public required int SyncId { get; init; }

    /// <summary>null: as the MTU allows.</summary>
    public int? MaximumLength { get; init; }

    public IPAddress Group { get; init; } = UsualGroup;

    public int Port { get; init; } = UsualPort;

    public int Ttl { get; init; } = UsualTtl;

    /// <summary>Whether one that runs is as this one asks for.</summary>
    public bool IsMetBy(PlaneSyncDaemon running)
    {
        // The kernel gives a listener room for what a sender of default settings sends.
        int? longest = Role == IpvsSyncRole.Backup && MaximumLength < ShortestOfListener ? ShortestOfListener : MaximumLength;
        return Role == running.Role && Interface == running.Interface && SyncId == running.SyncId && Group.Equals(running.Group) && Port == running.Port
            && Ttl == running.Ttl && (longest is null || longest == running.MaximumLength);
    }

    /// <summary>As <c>the IPVS sync daemon master on eth0 (id 51)</c>.</summary>
    public override string ToString() => $"the IPVS sync daemon {(Role == IpvsSyncRole.Master ? "master" : "backup")} on {Interface} (id {SyncId})";
}
