namespace HaTools;

/// <summary>A parameter of the kernel's IPVS that the configuration sets.</summary>
public sealed record IpvsParameterState
{
    /// <summary>Its name under <c>net.ipv4.vs</c>: <c>expire_nodest_conn</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the configuration asks for.</summary>
    public required string Wanted { get; init; }

    /// <summary>What the kernel has now, as it writes it; null: it has the parameter no more.</summary>
    public string? Value { get; init; }

    /// <summary>What it means, in a sentence or two.</summary>
    public required string Meaning { get; init; }
}
