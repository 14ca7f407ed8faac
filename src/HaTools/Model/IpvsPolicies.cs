namespace HaTools;

/// <summary>What becomes of IPVS services that neither the configuration nor another node of the network namespace names.</summary>
public enum IpvsForeignPolicy
{
    /// <summary>They are left alone.</summary>
    Keep,

    /// <summary>They are removed: at the start, at a reload, and within two seconds where somebody adds one.</summary>
    Purge,
}

/// <summary>What becomes of what others change of a node's IPVS services, timeouts and parameters, and of what it needs as a real server.</summary>
public enum IpvsDriftPolicy
{
    /// <summary>It is told, and put right.</summary>
    Repair,

    /// <summary>It is told, shown in the status, and left.</summary>
    Report,
}
