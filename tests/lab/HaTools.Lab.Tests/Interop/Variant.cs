namespace HaTools.Lab.Tests.Interop;

/// <summary>A way of speaking VRRP that both programs know. The text is keepalived.conf for either.</summary>
/// <param name="Name">For people.</param>
/// <param name="Version">2 or 3.</param>
/// <param name="Interval">The advert interval in seconds.</param>
/// <param name="Password">With PASS authentication; null: none.</param>
internal sealed record Variant(string Name, int Version, double Interval, string? Password)
{
    public const string Address = "10.70.0.100";

    public static Variant Find(string name) => All.Single(v => v.Name == name);

    public static IReadOnlyList<Variant> All { get; } =
    [
        new("v2", 2, 1, null),
        new("v2 PASS", 2, 1, "hell>com"),
        new("v3", 3, 0.1, null),
    ];

    public string Configuration(int priority) => $$"""
        vrrp_instance VI_1 {
            state BACKUP
            interface eth0
            version {{Version}}
            virtual_router_id 51
            priority {{priority}}
            advert_int {{Interval}}
            {{(Password is null ? "" : $"authentication {{\n auth_type PASS\n auth_pass {Password}\n}}")}}
            virtual_ipaddress {
                {{Address}}
            }
        }

        """;
}

/// <summary>How the preferred master goes away.</summary>
public enum Departure
{
    /// <summary>SIGKILL: no farewell.</summary>
    Kill,

    /// <summary>SIGTERM: priority 0.</summary>
    Stop,

    /// <summary>Its interface is set down.</summary>
    LinkDown,
}
