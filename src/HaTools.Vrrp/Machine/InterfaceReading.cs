namespace HaTools.Vrrp;

/// <summary>What the host knows of the interface of an instance.</summary>
/// <param name="IsUp">Whether it is up and has a carrier.</param>
/// <param name="Source">
/// What adverts are sent from: the configured source, else the interface's own address (IPv6: its link-local one), which is none of the
/// virtual ones; 0: there is none.
/// </param>
/// <param name="HasConfiguredSource">Whether <see cref="VrrpInstance.SourceAddress"/>, if there is one, stands on an interface of the host.</param>
/// <param name="Obstacle">Whether something keeps the host from putting up the virtual addresses.</param>
internal readonly record struct InterfaceReading(
    bool IsUp, AddressBits Source, bool HasConfiguredSource = true, AddressObstacle Obstacle = AddressObstacle.None)
{
    /// <summary>Whether adverts can be heard there: who cannot would take over from a master that is well, whatever is tracked.</summary>
    public bool CanHear { get; init; } = true;

    /// <summary>Whether a last advert can leave by another way though the interface is down: by what that stands on.</summary>
    public bool CanPart { get; init; }

    /// <summary>Whether no advert gets out by the interface itself, be it still within its delay.</summary>
    public bool IsMute => !IsUp || CanPart;
}

/// <summary>What keeps a host from putting up virtual addresses: a master without them would take the service from a router that has them.</summary>
internal enum AddressObstacle
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An interface that an address is to stand on, other than the instance's, is down or missing.</summary>
    InterfaceDown,

    /// <summary>The kernel has refused all of them.</summary>
    Refused,
}
