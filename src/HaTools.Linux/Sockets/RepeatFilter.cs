using System.Buffers.Binary;
using HaTools.Linux.Bpf;

namespace HaTools.Linux;

/// <summary>
/// A filter of a <see cref="VrrpSocket"/> that keeps repeats: adverts that are expected since they say what the last one said, from where it came. They are counted, and
/// when the last one came is noted, where this process reads it when it likes to; nobody is woken for them. Any other advert of the virtual router is received, and from
/// then on all are, until the next is expected: what was kept came before what is received. Adverts of virtual routers that nobody asks for are dropped.
/// Not thread-safe. Nothing is allocated but by the constructor and the first adverts of a virtual router.
/// </summary>
internal sealed unsafe class RepeatFilter : IDisposable
{
    private const int Ids = 256;

    private readonly BpfArrayMap map;
    private readonly int firstId;
    private readonly int family;
    private readonly Memory[] memories;

    /// <param name="family">4 or 6.</param>
    /// <param name="ids">The virtual router ids that are received; others may be admitted later by <see cref="TryAdmit"/>.</param>
    /// <param name="admitsOthers">Whether all others are received too.</param>
    /// <exception cref="LinuxException">EPERM: no CAP_BPF; EINVAL: a kernel before 5.12 or so; ENOSYS: none; ENOMEM; EOPNOTSUPP: in a time namespace with another
    /// CLOCK_BOOTTIME.</exception>
    public RepeatFilter(int family, ReadOnlySpan<byte> ids, bool admitsOthers)
    {
        // The times that the program notes would not be ours.
        if (TimeNamespace.IsBootTimeShifted) throw new LinuxException("timing adverts by a BPF program in a time namespace", null, Errno.EOPNOTSUPP);

        // A virtual MAC interface has one virtual router, and there may be hundreds of them.
        (firstId, int count) = ids.Length == 1 ? (ids[0], 1) : (0, Ids);
        (this.family, AdmitsOthers) = (family, admitsOthers);
        memories = new Memory[count];
        map = new BpfArrayMap(count, RepeatSlot.Size);
        try
        {
            Program = BpfProgram.LoadSocketFilter(RepeatProgram.Assemble(map, family, firstId, admitsOthers));
        }
        catch
        {
            map.Dispose();
            throw;
        }

        _ = TryAdmit(ids);
    }

    /// <summary>What is to be attached to the socket.</summary>
    public FileDescriptor Program { get; }

    public bool AdmitsOthers { get; }

    /// <summary>Receives these virtual router ids from now on, and not the others. Nothing is expected of any.</summary>
    /// <returns>False: it has no room for one of them, and nothing has changed.</returns>
    public bool TryAdmit(ReadOnlySpan<byte> ids)
    {
        foreach (byte id in ids)
        {
            if (!Has(id)) return false;
        }

        for (int i = 0; i < memories.Length; i++) Gate(i) = ids.Contains((byte)(firstId + i)) ? RepeatSlot.Open : RepeatSlot.Closed;
        return true;
    }

    /// <summary>Notes a packet whose repeats are to be kept, once <see cref="Expect"/> says so.</summary>
    /// <param name="routerId">Its virtual router id, which is admitted.</param>
    /// <param name="packet">The packet from its IP header on; that of IPv6 is written by <see cref="WriteIpv6Header"/>.</param>
    /// <returns>False: it is too long to be compared.</returns>
    public bool TryNote(int routerId, ReadOnlySpan<byte> packet)
    {
        if (packet.Length > RepeatSlot.MostBytes || packet.Length < RepeatSlot.FewestBytes(family)) return false;
        int index = routerId - firstId;
        ref Memory memory = ref memories[index];
        int which = memory.Last ^ 1;
        byte* expected = Expected(index, which);
        packet.CopyTo((memory[which] ??= new byte[RepeatSlot.MostBytes]).AsSpan());
        *(int*)(expected + RepeatSlot.LengthOffset) = packet.Length;
        RepeatSlot.WriteExpected(packet, family, new Span<byte>(expected + RepeatSlot.PacketOffset, RepeatSlot.MostBytes));
        return true;
    }

    /// <summary>
    /// Repeats of the packet that was noted last are kept from now on. The socket has been read empty before, and is so again afterwards, before anything that was kept is
    /// taken: in between something may have come.
    /// </summary>
    public void Expect(int routerId)
    {
        int index = routerId - firstId;
        int which = memories[index].Last ^= 1;
        Volatile.Write(ref Gate(index), RepeatSlot.Expecting + which);
    }

    /// <summary>Whether repeats are kept, as far as nothing else has been received since.</summary>
    public bool IsExpecting(int routerId) => Volatile.Read(ref Gate(routerId - firstId)) >= RepeatSlot.Expecting;

    /// <summary>All adverts are received from now on.</summary>
    public void Receive(int routerId) => Volatile.Write(ref Gate(routerId - firstId), RepeatSlot.Open);

    /// <summary>Takes what was kept; called until there is nothing.</summary>
    /// <param name="routerId">The virtual router id, which is admitted.</param>
    /// <param name="kept">What.</param>
    /// <returns>False: there is nothing.</returns>
    public bool TryTake(int routerId, out Repeats kept)
    {
        int index = routerId - firstId;
        ref Memory memory = ref memories[index];
        // The former first: it was expected before the other.
        for (int i = 1; i >= 0; i--)
        {
            int which = memory.Last ^ i;
            byte* expected = Expected(index, which);
            long count = Volatile.Read(ref *(long*)(expected + RepeatSlot.CountOffset));
            ref long seen = ref memory.Seen(which);
            if (count == seen) continue;
            kept = new Repeats(count - seen, Volatile.Read(ref *(long*)(expected + RepeatSlot.TimeOffset)), Packet(routerId, which));
            seen = count;
            return true;
        }

        kept = default;
        return false;
    }

    /// <summary>Writes an IPv6 header (RFC 8200 section 3) as it is compared.</summary>
    /// <param name="header">40 bytes.</param>
    /// <param name="payload">The length of what follows.</param>
    /// <param name="envelope">What the socket told.</param>
    public static void WriteIpv6Header(Span<byte> header, int payload, in PacketEnvelope envelope)
    {
        header[..RepeatSlot.Ipv6HeaderLength].Clear();
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)payload);
        header[6] = Libc.IPPROTO_VRRP;
        header[7] = envelope.HopLimit;
        envelope.Source.Write(header[8..]);
        envelope.Destination.Write(header[24..]);
    }

    public void Dispose()
    {
        Program.Dispose();
        map.Dispose();
    }

    private bool Has(int id) => id >= firstId && id < firstId + memories.Length;

    private ref int Gate(int index) => ref *(int*)(map.Element(index) + RepeatSlot.GateOffset);

    private byte* Expected(int index, int which) =>
        map.Element(index) + RepeatSlot.FirstExpectedOffset + (which * RepeatSlot.ExpectedSize);

    private ReadOnlySpan<byte> Packet(int routerId, int which)
    {
        int index = routerId - firstId;
        byte[]? packet = memories[index][which];
        return packet is null ? [] : packet.AsSpan(0, *(int*)(Expected(index, which) + RepeatSlot.LengthOffset));
    }

    /// <summary>What is known of a slot beside what the program knows.</summary>
    private struct Memory
    {
        private byte[]? first;
        private byte[]? second;
        private long seenOfFirst;
        private long seenOfSecond;

        /// <summary>Which of the two was expected last.</summary>
        public int Last;

        /// <summary>The packets as they were received.</summary>
        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref byte[]? this[int which] => ref which == 0 ? ref first : ref second;

        /// <summary>How many of its repeats were taken.</summary>
        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref long Seen(int which) => ref which == 0 ? ref seenOfFirst : ref seenOfSecond;
    }
}
