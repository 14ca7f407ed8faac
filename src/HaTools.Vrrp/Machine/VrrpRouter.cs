namespace HaTools.Vrrp;

internal sealed class VrrpRouter
{
    /// <summary>The longest datagram that <see cref="EncodeAdvert"/> writes: 255 addresses and version 2's authentication data.</summary>
    public const int MaxAdvertLength = 20 + 8 + 255 * 4 + 8;

    public VrrpRouter(ValueList<VrrpInstance> instances, ValueList<ScriptTracker> scripts) => throw new NotImplementedException();

    public int InstanceCount => throw new NotImplementedException();

    public long NextDeadline => throw new NotImplementedException();

    public InstanceView this[int instance] => throw new NotImplementedException();

    public void Start(long now, RouterActions actions) => throw new NotImplementedException();

    public void Stop(long now, RouterActions actions) => throw new NotImplementedException();

    public void OnTimer(long now, RouterActions actions) => throw new NotImplementedException();

    public void OnInterface(int instance, bool up, uint sourceAddress, long now, RouterActions actions) => throw new NotImplementedException();

    public void OnTracker(int tracker, bool up, long now, RouterActions actions) => throw new NotImplementedException();

    public void OnAdvert(int instance, ReadOnlySpan<byte> ipDatagram, long now, RouterActions actions) => throw new NotImplementedException();

    /// <summary>Whether a running instance can take the new settings without ceasing to be the same virtual router.</summary>
    public static bool CanCarryOver(VrrpInstance before, VrrpInstance after) =>
        before.Interface == after.Interface && before.VirtualRouterId == after.VirtualRouterId && before.Version == after.Version;

    public void RetireInstance(int instance, long now, RouterActions actions) => throw new NotImplementedException();

    public void Reconfigure(
        ValueList<VrrpInstance> instances,
        ValueList<ScriptTracker> scripts,
        ReadOnlySpan<int> instanceCarryOver,
        ReadOnlySpan<int> trackerCarryOver,
        long now,
        RouterActions actions) => throw new NotImplementedException();

    public int EncodeAdvert(int instance, byte priority, ushort ipIdentification, Span<byte> destination) => throw new NotImplementedException();

    public static int PeekVirtualRouterId(ReadOnlySpan<byte> ipDatagram) => throw new NotImplementedException();
}
