namespace HaTools.Netlink.Route;

/// <summary>How far an address or route reaches (linux/rtnetlink.h, enum rt_scope_t).</summary>
public enum RouteScope : byte
{
    /// <summary>Everywhere.</summary>
    Global = 0,

    /// <summary>This site (IPv6, deprecated).</summary>
    Site = 200,

    /// <summary>This link.</summary>
    Link = 253,

    /// <summary>This host.</summary>
    Host = 254,

    /// <summary>Nowhere.</summary>
    Nowhere = 255,
}
