namespace HaTools.Bench.Takeover;

/// <summary>A version and interval to measure.</summary>
internal sealed record Mode(string Name, int Version, TimeSpan Interval, int Rounds)
{
    public const int MasterPriority = 150;
    public const int BackupPriority = 100;

    public static IReadOnlyList<Mode> All { get; } =
    [
        new("v3 10 ms", 3, TimeSpan.FromMilliseconds(10), 50),
        new("v3 100 ms", 3, TimeSpan.FromMilliseconds(100), 50),
        new("v2 1 s", 2, TimeSpan.FromSeconds(1), 50),
    ];

    /// <summary>How long the backup waits after the last advert: three intervals and its skew (RFC 3768 section 6.1, RFC 9568 section 6.1).</summary>
    public TimeSpan DownInterval => (3 * Interval) + ((256 - BackupPriority) / 256.0 * (Version == 2 ? TimeSpan.FromSeconds(1) : Interval));

    public string Configuration(int priority, string address) => $$"""
        global_defs {
            vrrp_garp_master_repeat 5
        }
        vrrp_instance VI_1 {
            state BACKUP
            interface eth0
            version {{Version}}
            virtual_router_id 51
            priority {{priority}}
            advert_int {{Interval.TotalSeconds}}
            virtual_ipaddress {
                {{address}}
            }
        }

        """;
}
