using System.Net;

namespace HaTools.Engine.Names;

/// <summary>Addresses in the order of their bytes.</summary>
internal sealed class AddressOrder : IComparer<IPAddress>
{
    public static AddressOrder Instance { get; } = new();

    public int Compare(IPAddress? x, IPAddress? y)
    {
        Span<byte> one = stackalloc byte[16], other = stackalloc byte[16];
        _ = x!.TryWriteBytes(one, out int length);
        _ = y!.TryWriteBytes(other, out int otherLength);
        return length != otherLength ? length - otherLength : one[..length].SequenceCompareTo(other[..length]);
    }
}
