namespace HaTools.Netlink.Generic;

/// <summary>A family of generic netlink, as the kernel has registered it. Ids differ from kernel to kernel and boot to boot.</summary>
public sealed record GenericNetlinkFamily
{
    /// <summary>The message type of its messages.</summary>
    public required ushort Id { get; init; }

    /// <summary>The name, up to 15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>The version of the family's protocol.</summary>
    public uint Version { get; init; }

    /// <summary>The length in bytes of the family's own fixed header, behind that of generic netlink.</summary>
    public uint HeaderLength { get; init; }

    /// <summary>The multicast groups by name.</summary>
    public IReadOnlyDictionary<string, uint> MulticastGroups { get; init; } = new Dictionary<string, uint>();
}
