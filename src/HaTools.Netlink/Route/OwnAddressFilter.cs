using System.Buffers.Binary;
using HaTools.Linux;

namespace HaTools.Netlink.Route;

/// <summary>
/// What the kernel drops of its notifications before a listener is woken: addresses that certain sockets have changed (classic BPF,
/// Documentation/networking/filter.rst). A multicast datagram has one message, whose header comes first.
/// </summary>
internal static class OwnAddressFilter
{
    private const uint TypeOffset = 4, PortIdOffset = 12;

    /// <summary>The program; without port ids it takes everything.</summary>
    public static sock_filter[] Make(ReadOnlySpan<uint> portIds)
    {
        List<sock_filter> program = [];
        if (portIds.Length > 0)
        {
            // Whose it is, first: that alone decides on almost everything of others.
            program.Add(new() { code = Libc.BPF_LD_W_ABS, k = PortIdOffset });
            for (int i = 0; i < portIds.Length; i++)
                program.Add(new() { code = Libc.BPF_JMP_JEQ_K, jt = (byte)(portIds.Length - i), k = Loaded(portIds[i]) });
            program.Add(new() { code = Libc.BPF_RET_K, k = uint.MaxValue });
            program.Add(new() { code = Libc.BPF_LD_H_ABS, k = TypeOffset });
            program.Add(new() { code = Libc.BPF_JMP_JEQ_K, jt = 2, k = Loaded(linux_rtnetlink.RTM_NEWADDR) });
            program.Add(new() { code = Libc.BPF_JMP_JEQ_K, jt = 1, k = Loaded(linux_rtnetlink.RTM_DELADDR) });
        }

        program.Add(new() { code = Libc.BPF_RET_K, k = uint.MaxValue });
        if (portIds.Length > 0) program.Add(new() { code = Libc.BPF_RET_K, k = 0 });
        return [.. program];
    }

    // Netlink speaks the machine's byte order, and the filter loads as from a network's.
    private static uint Loaded(uint value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

    private static uint Loaded(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
