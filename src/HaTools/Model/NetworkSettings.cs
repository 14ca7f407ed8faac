namespace HaTools;

/// <summary>How long an interface's change of state must last before it counts (keepalived: <c>interface_up_down_delays</c>).</summary>
/// <param name="Interface">The interface.</param>
/// <param name="Down">0 s to 255 s; less than the down interval of the instances that use it, without one interval.</param>
/// <param name="Up">0 s to 255 s.</param>
public sealed record InterfaceDelay(string Interface, TimeSpan Down, TimeSpan Up)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Interface} down {Down.TotalSeconds:0.######} s up {Up.TotalSeconds:0.######} s";
}

/// <summary>Instances that go to FAULT when a static address, route or rule that names the group is gone (keepalived: <c>track_group</c>).</summary>
/// <param name="Name">The name.</param>
/// <param name="Instances">The instances' names.</param>
public sealed record StaticTrackGroup(string Name, ValueList<string> Instances)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Instances}";
}

/// <summary>
/// The pace of gratuitous ARPs and unsolicited neighbour advertisements on interfaces that share a switch (keepalived: <c>garp_group</c>).
/// </summary>
public sealed record GarpGroup
{
    /// <summary>The interfaces whose messages are counted together.</summary>
    public required ValueList<string> Interfaces { get; init; }

    /// <summary>The least time between two gratuitous ARPs, in microseconds' resolution; zero: none.</summary>
    public TimeSpan GarpInterval { get; init; }

    /// <summary>The least time between two unsolicited neighbour advertisements; zero: none.</summary>
    public TimeSpan NeighborAdvertisementInterval { get; init; }
}

/// <summary>The firewall table for <see cref="VrrpInstance.Accept"/> and virtual MAC addresses (keepalived: <c>nftables</c>).</summary>
public sealed record FirewallSettings
{
    /// <summary>The name of the nftables table; null: hatools_NODE.</summary>
    public string? Table { get; init; }

    /// <summary>The priority of its chains.</summary>
    public int Priority { get; init; } = -1;

    /// <summary>Whether its rules count packets.</summary>
    public bool Counters { get; init; }
}
