namespace HaTools.Engine.Vrrp;

/// <summary>
/// Hears what happens in a <see cref="VrrpHost"/>. Every method is called on the VRRP thread: it must not block, and should do no more than
/// queue. The
/// text of an event is only made when <see cref="VrrpHostEvent.Message"/> is read, so read it on another thread.
/// </summary>
internal interface IVrrpHostSink
{
    /// <summary>Something happened.</summary>
    void Raise(in VrrpHostEvent happened);

    /// <summary>The instance's addresses now stand on their interfaces, and the kernel has acknowledged them.</summary>
    void AddressesAdded(string instance);

    /// <summary>The instance's addresses have left their interfaces.</summary>
    void AddressesRemoved(string instance);
}
