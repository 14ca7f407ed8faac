using System.Buffers.Binary;
using System.Net;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>
/// The order of <c>ipvsadm -S</c> and <c>-L</c> (libipvs.c, ipvs_cmp_services and ipvs_cmp_dests). It takes the difference of two unsigned numbers for
/// a signed one, so that 200.0.0.1 comes before 10.0.0.1, and three addresses may each come before the next; what comes out then depends
/// on the order before and on qsort(3), which is glibc's merge sort. Servers of two families are compared as if they were of the first
/// one's.
/// </summary>
internal static class SaveOrder
{
    private static readonly Comparison<IpvsDestination> ByAddress = Compare;

    /// <summary>The services as ipvsadm puts those of a kernel's dump.</summary>
    /// <param name="dump">The services in the kernel's order.</param>
    /// <param name="key">What identifies one.</param>
    public static T[] Sort<T>(IEnumerable<T> dump, Func<T, IpvsServiceKey> key) => Sort([.. dump], (a, b) => Compare(key(a), key(b)));

    /// <summary>The servers as ipvsadm puts those of a kernel's dump.</summary>
    public static IpvsDestination[] Sort(IEnumerable<IpvsDestination> dump) => Sort([.. dump], ByAddress);

    private static int Compare(IpvsServiceKey a, IpvsServiceKey b)
    {
        int marks = Difference(a.FirewallMark, b.FirewallMark);
        if (marks != 0) return marks;
        if (a.AddressFamily != b.AddressFamily) return a.AddressFamily < b.AddressFamily ? -1 : 1;
        if (a.Protocol != b.Protocol || a.Address is null) return (int)a.Protocol - (int)b.Protocol;
        int addresses = Compare(a.Address, b.Address!);
        return addresses != 0 ? addresses : a.Port - b.Port;
    }

    private static int Compare(IpvsDestination a, IpvsDestination b)
    {
        int addresses = Compare(a.Address, b.Address);
        return addresses != 0 ? addresses : a.Port - b.Port;
    }

    private static int Compare(IPAddress a, IPAddress b)
    {
        Span<byte> left = stackalloc byte[16];
        Span<byte> right = stackalloc byte[16];
        left.Clear();
        right.Clear();
        a.TryWriteBytes(left, out int length);
        b.TryWriteBytes(right, out _);
        for (int i = 0; i < length; i += sizeof(uint))
        {
            int words = Difference(Word(left[i..]), Word(right[i..]));
            if (words != 0) return words;
        }

        return 0;
    }

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static int Difference(uint a, uint b) => unchecked((int)(a - b));

    private static T[] Sort<T>(T[] list, Comparison<T> compare)
    {
        Merge(list, new T[list.Length], compare);
        return list;
    }

    /// <summary>The lower half has the smaller number of an odd one, and of two equals the one of the lower half comes first.</summary>
    private static void Merge<T>(Span<T> list, Span<T> room, Comparison<T> compare)
    {
        if (list.Length < 2) return;
        int half = list.Length / 2;
        Span<T> lower = list[..half];
        Span<T> upper = list[half..];
        Merge(lower, room, compare);
        Merge(upper, room, compare);
        int done = 0;
        while (!lower.IsEmpty && !upper.IsEmpty)
        {
            ref Span<T> from = ref (compare(lower[0], upper[0]) <= 0 ? ref lower : ref upper);
            room[done++] = from[0];
            from = from[1..];
        }

        // What is left of the upper half stands where it belongs.
        lower.CopyTo(room[done..]);
        room[..(done + lower.Length)].CopyTo(list);
    }
}
