namespace HaTools.Engine.DataPlane;

/// <summary>What the controller's thread and the VRRP thread tell one another of an instance whose services only its master loads.</summary>
internal sealed class ServiceGate
{
    private volatile bool wanted;
    private volatile bool loaded;

    /// <summary>What the table was made to follow last; only on the controller's thread.</summary>
    public bool Done { get; set; }

    /// <summary>Whether this node has, or is about to have, the instance's addresses.</summary>
    public bool Wanted
    {
        get => wanted;
        set => wanted = value;
    }

    /// <summary>Whether the addresses may come at once.</summary>
    public bool Loaded
    {
        get => loaded;
        set => loaded = value;
    }
}
