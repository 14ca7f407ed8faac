namespace HaTools.Lab.Machine;

/// <summary>A machine as it is to be: what its boot makes of it, every time anew.</summary>
/// <param name="Name">The host's name; unique in the lab.</param>
/// <param name="Interfaces">Its network cards.</param>
internal sealed record LabNodeSpec(string Name, params LabInterface[] Interfaces)
{
    /// <summary>Lays down the machine's files; called at each boot before anything runs on it.</summary>
    public Action<LabNode>? Furnish { get; init; }

    /// <summary>Addresses of its own that its boot does not put up: what is sent from one of them is its word.</summary>
    public IReadOnlyList<string> MoreAddresses { get; init; } = [];

    /// <summary>What it is there for, in a word or two, for the people who watch.</summary>
    public string Role { get; init; } = "";

    /// <summary>A machine with one card.</summary>
    public LabNodeSpec(string name, string card, params string[] addresses)
        : this(name, new LabInterface(card, addresses))
    {
    }
}

/// <summary>A network card.</summary>
/// <param name="Name">Any name that the kernel takes: up to 15 bytes.</param>
/// <param name="Addresses">Its own addresses with prefix lengths: <c>192.168.81.210/24</c>.</param>
internal sealed record LabInterface(string Name, params string[] Addresses)
{
    /// <summary>The network that it is plugged into; networks of different names do not hear each other.</summary>
    public string Network { get; init; } = "lan";

    public override string ToString() => $"{Name} {string.Join(' ', Addresses.Take(2))}{(Addresses.Length > 2 ? " …" : "")}";
}
