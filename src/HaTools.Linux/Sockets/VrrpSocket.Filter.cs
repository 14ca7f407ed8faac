using System.Buffers.Binary;

namespace HaTools.Linux;

/// <summary>What the kernel drops before anybody is woken (Documentation/networking/filter.rst, classic BPF).</summary>
internal sealed unsafe partial class VrrpSocket
{
    /// <summary>A filter looks at one id after the other: with more, all adverts are taken and looked at by the receiver.</summary>
    public const int MostFilteredIds = 16;

    // The authentication header of VRRP 2 with its HMAC-MD5-96 (RFC 2402): 24 bytes before the message.
    private const uint AuthenticationHeaderLength = 24;

    private const int LinkLayerSource = 6;

    /// <summary>
    /// Takes adverts of certain virtual routers alone, so that nobody is woken for those of others on the wire. A second call replaces the first. What is
    /// received may still be another's: it may have been queued before.
    /// </summary>
    /// <param name="routerIds">The virtual router ids; empty, or more than <see cref="MostFilteredIds"/>: all.</param>
    /// <param name="hardwareSource">Only frames from this MAC address (6 bytes) are taken; empty: from all.</param>
    /// <exception cref="LinuxException">ENOMEM: net.core.optmem_max is too small.</exception>
    public void Admit(ReadOnlySpan<byte> routerIds, ReadOnlySpan<byte> hardwareSource)
    {
        List<sock_filter> program = [];
        if (hardwareSource.Length > 0)
        {
            Demand(new() { code = Libc.BPF_LD_W_ABS, k = Libc.SKF_LL_OFF + LinkLayerSource }, BinaryPrimitives.ReadUInt32BigEndian(hardwareSource));
            Demand(new() { code = Libc.BPF_LD_H_ABS, k = Libc.SKF_LL_OFF + LinkLayerSource + 4 }, BinaryPrimitives.ReadUInt16BigEndian(hardwareSource[4..]));
        }

        if (routerIds.Length is > 0 and <= MostFilteredIds)
        {
            // A raw socket's filter sees IPv4 packets from their IP header on, and IPv6 packets from what follows it.
            const uint RouterId = 1;
            if (Family == 6)
            {
                program.Add(new() { code = Libc.BPF_LD_B_ABS, k = RouterId });
            }
            else
            {
                program.Add(new() { code = Libc.BPF_LDX_B_MSH, k = 0 });
                program.Add(new() { code = Libc.BPF_LD_B_IND, k = RouterId + (Options.AuthenticationHeader ? AuthenticationHeaderLength : 0) });
            }

            for (int i = 0; i < routerIds.Length; i++)
                program.Add(new() { code = Libc.BPF_JMP_JEQ_K, jt = (byte)(routerIds.Length - i), k = routerIds[i] });
            program.Add(new() { code = Libc.BPF_RET_K, k = 0 });
        }

        program.Add(new() { code = Libc.BPF_RET_K, k = uint.MaxValue });
        Attach([.. program]);

        void Demand(sock_filter load, uint value)
        {
            program.Add(load);
            program.Add(new() { code = Libc.BPF_JMP_JEQ_K, jt = 1, k = value });
            program.Add(new() { code = Libc.BPF_RET_K, k = 0 });
        }
    }

    /// <summary>Takes what a filter lets through; in place of what was told before, and without a moment between.</summary>
    /// <param name="filter">The filter, of the socket's family.</param>
    /// <exception cref="LinuxException">ENOMEM: net.core.optmem_max is too small.</exception>
    public void Attach(RepeatFilter filter) =>
        Check(Libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_ATTACH_BPF, filter.Program.Value), "filtering what comes in on");

    private void Attach(ReadOnlySpan<sock_filter> program)
    {
        fixed (sock_filter* first = program)
        {
            sock_fprog all = new() { len = (ushort)program.Length, filter = first };
            Check(Libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, &all, (uint)sizeof(sock_fprog)), "filtering what comes in on");
        }
    }
}
