namespace HaTools;

/// <summary>What is common to all checks that ask a port of a real server.</summary>
public abstract record ConnectingCheck : NetworkCheck
{
    /// <summary>The port to check, 1 to 65535 (keepalived: <c>connect_port</c>); null: the real server's.</summary>
    public int? ConnectPort { get; init; }

    /// <summary>The port of this host to check from, 1 to 65535 (keepalived: <c>bind_port</c>); null: as the kernel chooses.</summary>
    public int? BindPort { get; init; }
}
