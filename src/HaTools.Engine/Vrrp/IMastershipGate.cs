namespace HaTools.Engine.Vrrp;

/// <summary>Lets the data plane be loaded before traffic comes: asked when a gated instance has become master, before its addresses are
/// added.</summary>
internal interface IMastershipGate
{
    /// <summary>
    /// Called on the VRRP thread; must not block. True: ready, the addresses go on at once. False: they wait for
    /// <see cref="VrrpHost.AddressesPrepared"/>,
    /// one second at most; then they are added anyway and a Warning is raised.
    /// </summary>
    bool Prepare(string instance);
}
