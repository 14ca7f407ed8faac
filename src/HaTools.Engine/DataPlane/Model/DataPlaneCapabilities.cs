namespace HaTools.Engine.DataPlane;

/// <summary>What a data plane can do; how a thing is done is the plane's business and never a branch in the engine.</summary>
internal sealed record DataPlaneCapabilities
{
    /// <summary>A name for messages: <c>IPVS 1.2.1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether packets can be sent to real servers by direct routing.</summary>
    public bool DirectRouting { get; init; } = true;

    /// <summary>Whether packets can be translated to real servers.</summary>
    public bool Nat { get; init; } = true;

    /// <summary>Whether clients can be kept with their server.</summary>
    public bool Persistence { get; init; } = true;

    /// <summary>Whether the idle times of connections can be set.</summary>
    public bool Timeouts { get; init; } = true;

    /// <summary>Whether there are parameters (net.ipv4.vs).</summary>
    public bool Parameters { get; init; } = true;

    /// <summary>Whether connections can be synchronized between directors.</summary>
    public bool Synchronization { get; init; } = true;
}
