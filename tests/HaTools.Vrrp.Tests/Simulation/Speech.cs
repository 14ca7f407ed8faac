namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>Which versions a node speaks and hears, on a LAN on which that is not the same for all.</summary>
internal enum Speech
{
    /// <summary>Version 3 and version 2 beside it (RFC 9568 section 8.4).</summary>
    Both,

    OnlyVersion2,

    OnlyVersion3,
}
