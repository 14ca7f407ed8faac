using System.Buffers.Binary;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// A wrong router, made from the right one by a host that shows it a mirrored world: every address's last byte is complemented, so that of
/// two equal priorities the lower address wins here.
/// </summary>
internal sealed class ReversedTieBreak(SimulatedLan lan, VrrpInstance instance, uint address) : SimulatedRouter(lan, instance, address)
{
    protected override uint OwnAddress => Mirror(Address);

    protected override byte[] Incoming(byte[] datagram) => MirrorSource(datagram);

    protected override byte[] Outgoing(byte[] datagram) => MirrorSource(datagram);

    private static uint Mirror(uint address) => address ^ 0xff;

    private static byte[] MirrorSource(byte[] datagram)
    {
        datagram = [.. datagram];
        Span<byte> source = datagram.AsSpan(12);
        BinaryPrimitives.WriteUInt32BigEndian(source, Mirror(BinaryPrimitives.ReadUInt32BigEndian(source)));
        return Wire.FixHeader(datagram);
    }
}

/// <summary>
/// A wrong router that leaves the skew out, made from the right one by a host whose clock jumps to the deadline of a backup that much too
/// early.
/// </summary>
internal sealed class WithoutSkew(SimulatedLan lan, VrrpInstance instance, uint address) : SimulatedRouter(lan, instance, address)
{
    protected override long Deadline => base.Deadline == long.MaxValue || View.State != VrrpStateKind.Backup
        ? base.Deadline
        : base.Deadline - VrrpTiming.Skew(Instance.Version, View.Priority, View.AdvertInterval);
}

/// <summary>A wrong router that does not hear better ones.</summary>
internal sealed class NeverYields(SimulatedLan lan, VrrpInstance instance, uint address) : SimulatedRouter(lan, instance, address)
{
    protected override byte[] Incoming(byte[] datagram) => State == VrrpStateKind.Master ? [] : datagram;
}
