namespace HaTools.Vrrp;

/// <summary>What the host knows of the interface of an instance.</summary>
/// <param name="IsUp">Whether it is up and has a carrier, and adverts can be heard there.</param>
/// <param name="Source">
/// What adverts are sent from: the configured source, else the interface's own address (IPv6: its link-local one), which is none of the
/// virtual ones; 0: there is none.
/// </param>
/// <param name="HasConfiguredSource">Whether <see cref="VrrpInstance.SourceAddress"/>, if there is one, stands on an interface of the host.</param>
internal readonly record struct InterfaceReading(bool IsUp, UInt128 Source, bool HasConfiguredSource = true);
