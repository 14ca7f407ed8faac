using HaTools.Linux.Bpf;
using static HaTools.Linux.Bpf.BpfRegister;

namespace HaTools.Linux;

/// <summary>The eBPF program of <see cref="RepeatFilter"/>.</summary>
internal static class RepeatProgram
{
    // The stack: the packet, the id of its virtual router, the key of the map.
    private const int PacketPlace = -RepeatSlot.MostBytes;
    private const int IdPlace = PacketPlace - 8;
    private const int KeyPlace = IdPlace - 4;

    // Of a VRRP message: RFC 9568 section 5.2.3.
    private const int RouterIdOffset = 1;

    // Of an IPv4 header: RFC 791 section 3.1, in words of 4 bytes.
    private const int HeaderLengthBits = 0xf;

    private const int Nothing = 0;
    private const int Everything = -1;

    /// <summary>
    /// Of each packet: whose slot; whether its gate expects an advert; whether this is it. If so, the time is stored and counted, and nobody is woken. If not, the gate is
    /// opened before it is received: what follows it lies behind it in the socket, and is not counted before it is read.
    /// </summary>
    /// <param name="map">The slots (<see cref="RepeatSlot"/>), one for each virtual router id.</param>
    /// <param name="family">4 or 6.</param>
    /// <param name="firstId">The virtual router id of the first slot.</param>
    /// <param name="admitsOthers">Whether packets of ids without a slot, or with a closed one, are received.</param>
    public static bpf_insn[] Assemble(BpfArrayMap map, int family, int firstId, bool admitsOthers)
    {
        var asm = new BpfAssembler();
        int receive = asm.Label(), unexpected = asm.Label(), other = asm.Label(), compare = asm.Label();
        asm.Move(R6, R1);
        FindRouterId(asm, family, receive);

        // R8: the slot.
        asm.Load(BpfSize.Byte, R7, Frame, IdPlace);
        asm.JumpIf(R7, BpfCondition.Less, firstId, other);
        asm.Subtract(R7, firstId);
        asm.JumpIf(R7, BpfCondition.GreaterOrEqual, map.Entries, other);
        asm.Store(BpfSize.Word, Frame, KeyPlace, R7);
        asm.MoveMap(R1, map);
        asm.Move(R2, Frame);
        asm.Add(R2, KeyPlace);
        asm.Call(Libc.BPF_FUNC_map_lookup_elem);
        asm.JumpIf(R0, BpfCondition.Equal, 0, receive);
        asm.Move(R8, R0);

        // R9: what is expected.
        asm.Load(BpfSize.Word, R1, R8, RepeatSlot.GateOffset);
        asm.JumpIf(R1, BpfCondition.Equal, RepeatSlot.Closed, other);
        asm.Move(R9, R8);
        asm.Add(R9, RepeatSlot.FirstExpectedOffset);
        asm.JumpIf(R1, BpfCondition.Equal, RepeatSlot.Expecting, compare);
        asm.Add(R9, RepeatSlot.ExpectedSize);
        asm.JumpIf(R1, BpfCondition.NotEqual, RepeatSlot.Expecting + 1, unexpected);

        asm.Mark(compare);
        LoadPacket(asm, family, unexpected);
        Compare(asm, family, unexpected);
        asm.Call(Libc.BPF_FUNC_ktime_get_boot_ns);
        asm.Store(BpfSize.Double, R9, RepeatSlot.TimeOffset, R0);
        asm.Move(R1, 1);
        asm.AtomicAdd(R9, RepeatSlot.CountOffset, R1);
        asm.Move(R0, Nothing);
        asm.Exit();

        asm.Mark(unexpected);
        asm.Store(BpfSize.Word, R8, RepeatSlot.GateOffset, RepeatSlot.Open);
        asm.Mark(receive);
        asm.Move(R0, Everything);
        asm.Exit();

        asm.Mark(other);
        asm.Move(R0, admitsOthers ? Everything : Nothing);
        asm.Exit();
        return asm.Assemble();
    }

    /// <summary>A raw socket's filter sees IPv4 packets from their IP header on, and IPv6 packets from what follows it.</summary>
    private static void FindRouterId(BpfAssembler asm, int family, int receive)
    {
        asm.Move(R2, 0);
        if (family == 4)
        {
            asm.Move(R4, 1);
            LoadBytes(asm, IdPlace, receive);
            asm.Load(BpfSize.Byte, R2, Frame, IdPlace);
            asm.And(R2, HeaderLengthBits);
            asm.ShiftLeft(R2, 2);
        }

        asm.Add(R2, RouterIdOffset);
        asm.Move(R4, 1);
        LoadBytes(asm, IdPlace, receive);
    }

    /// <summary>As much of the packet as what is expected is long. Its header, which is compared too, says that it is no longer.</summary>
    private static void LoadPacket(BpfAssembler asm, int family, int unexpected)
    {
        for (int i = 0; i < RepeatSlot.MostBytes; i += sizeof(ulong)) asm.Store(BpfSize.Double, Frame, PacketPlace + i, 0);
        asm.Load(BpfSize.Word, R4, R9, RepeatSlot.LengthOffset);
        asm.JumpIf(R4, BpfCondition.Less, RepeatSlot.FewestBytes(family), unexpected);
        asm.JumpIf(R4, BpfCondition.Greater, RepeatSlot.MostBytes, unexpected);
        int header = family == 6 ? RepeatSlot.Ipv6HeaderLength : 0;
        if (header > 0) asm.Subtract(R4, header);
        asm.Move(R2, 0);
        LoadBytes(asm, PacketPlace + header, unexpected);
        if (family == 4) return;
        asm.Move(R1, R6);
        asm.Move(R2, 0);
        asm.Move(R3, Frame);
        asm.Add(R3, PacketPlace);
        asm.Move(R4, header);
        asm.Move(R5, Libc.BPF_HDR_START_NET);
        asm.Call(Libc.BPF_FUNC_skb_load_bytes_relative);
        asm.JumpIf(R0, BpfCondition.NotEqual, 0, unexpected);
    }

    /// <summary>As many bytes as R4 says, from the offset that R2 says, to a place on the stack.</summary>
    private static void LoadBytes(BpfAssembler asm, int place, int failed)
    {
        asm.Move(R1, R6);
        asm.Move(R3, Frame);
        asm.Add(R3, place);
        asm.Call(Libc.BPF_FUNC_skb_load_bytes);
        asm.JumpIf(R0, BpfCondition.NotEqual, 0, failed);
    }

    private static void Compare(BpfAssembler asm, int family, int unexpected)
    {
        ReadOnlySpan<ulong> masks = RepeatSlot.MaskWords(family);
        for (int i = 0; i < masks.Length; i++)
        {
            asm.Load(BpfSize.Double, R1, Frame, PacketPlace + (i * sizeof(ulong)));
            if (masks[i] != ulong.MaxValue)
            {
                asm.Move(R2, masks[i]);
                asm.And(R1, R2);
            }

            asm.Load(BpfSize.Double, R2, R9, RepeatSlot.PacketOffset + (i * sizeof(ulong)));
            asm.JumpIf(R1, BpfCondition.NotEqual, R2, unexpected);
        }
    }
}
