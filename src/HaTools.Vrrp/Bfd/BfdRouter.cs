using System.Runtime.InteropServices;

namespace HaTools.Vrrp.Bfd;

/// <summary>Where a packet came from. Addresses are in host byte order, IPv4 in the low 32 bits.</summary>
/// <param name="Family">4 or 6.</param>
/// <param name="Source">The sender.</param>
/// <param name="Destination">Our address.</param>
/// <param name="Ttl">The TTL or hop limit as received.</param>
/// <param name="Multihop">Whether it came to the port of RFC 5883.</param>
internal readonly record struct BfdEnvelope(int Family, AddressBits Source, AddressBits Destination, byte Ttl, bool Multihop);

/// <summary>
/// All sessions of a node: finds the one that a packet is for, and knows whose timer is next. Pure, as <see cref="BfdMachine"/> is.
/// Sessions are addressed by their index in the configuration.
/// </summary>
internal sealed class BfdRouter
{
    private readonly Random random;
    private Entry[] entries = [];
    private Dictionary<uint, int> byDiscriminator = [];

    // Sessions that are no more, whose neighbours are still told. Their machines' indexes are negative.
    private readonly List<Entry> parting = [];
    private int partings;

    /// <param name="random">Decides discriminators and jitter.</param>
    public BfdRouter(Random random) => this.random = random;

    public int Count => entries.Length;

    /// <summary>When <see cref="OnTimer"/> is to be called next; <see cref="long.MaxValue"/>: there is no need.</summary>
    public long NextDeadline
    {
        get
        {
            long earliest = long.MaxValue;
            foreach (Entry entry in entries) earliest = Math.Min(earliest, entry.Machine.NextDeadline);
            foreach (Entry entry in parting) earliest = Math.Min(earliest, entry.Machine.NextDeadline);
            return earliest;
        }
    }

    public BfdMachine this[int session] => entries[session].Machine;

    public BfdSession Session(int session) => entries[session].Session;

    /// <summary>The index by which actions of a session go on that a configuration has taken away; null: it has nothing more to say.</summary>
    public int? PartingIndex(BfdSession session) => parting.Find(e => ReferenceEquals(e.Session, session))?.Machine.Index;

    /// <summary>
    /// Takes a configuration, the first or another. A session with the same name, neighbour, source and port goes on as it is, whatever
    /// its timers become; others end (the neighbour is told, for a detection time if nobody else speaks to it meanwhile) and begin.
    /// </summary>
    /// <param name="sessions">The sessions.</param>
    /// <param name="now">Now.</param>
    /// <param name="ending">What the sessions that end have to say, by their former index; it is to be carried out before.</param>
    /// <param name="actions">What is to be done, by the new index.</param>
    /// <returns>For each session, the former index of the one that it goes on from; -1: it is new.</returns>
    public int[] Configure(ValueList<BfdSession> sessions, long now, BfdActions ending, BfdActions actions)
    {
        Entry[] former = entries;
        int[] from = new int[sessions.Count];
        bool[] kept = new bool[former.Length];
        for (int i = 0; i < sessions.Count; i++)
        {
            from[i] = Array.FindIndex(former, e => IsSame(e.Session, sessions[i]));
            if (from[i] >= 0) kept[from[i]] = true;
        }

        for (int i = 0; i < former.Length; i++)
        {
            if (kept[i]) continue;
            former[i].Machine.Disable(now, ending);
            former[i].Machine.Index = -++partings;
            parting.Add(former[i]);
        }

        // A neighbour that is spoken to anew would take the word of parting for the new session's.
        parting.RemoveAll(e => e.Machine.HasParted || sessions.Any(s => s.Neighbour.Equals(e.Session.Neighbour) && s.Multihop == e.Session.Multihop));
        entries = new Entry[sessions.Count];
        byDiscriminator = [];
        for (int i = 0; i < sessions.Count; i++)
        {
            BfdTimers timers = BfdTimers.Of(sessions[i]);
            bool goesOn = from[i] >= 0;
            BfdMachine machine = goesOn ? former[from[i]].Machine : new BfdMachine(i, timers, NewDiscriminator(former), random);
            entries[i] = new Entry(sessions[i], machine);
            byDiscriminator.Add(machine.LocalDiscriminator, i);
            machine.Index = i;
            if (goesOn) machine.Reconfigure(timers, now, actions);
            else machine.Start(now, actions);
        }

        return from;
    }

    /// <summary>A UDP payload arrived on port 3784 or 4784.</summary>
    public BfdRejection OnPacket(in BfdEnvelope envelope, ReadOnlySpan<byte> payload, long now, BfdActions actions)
    {
        BfdRejection rejection = BfdPacket.TryDecode(payload, out BfdPacket packet);
        int session = -1;
        if (rejection == BfdRejection.None)
        {
            session = Find(envelope, packet.YourDiscriminator);
            rejection = session < 0 ? BfdRejection.UnknownSession
                : envelope.Ttl < entries[session].LeastTtl ? BfdRejection.Ttl
                : BfdRejection.None;
        }

        if (rejection != BfdRejection.None) return rejection;
        entries[session].Machine.OnPacket(packet, now, actions);
        return BfdRejection.None;
    }

    /// <summary>Time has passed.</summary>
    public void OnTimer(long now, BfdActions actions)
    {
        foreach (Entry entry in entries)
        {
            if (entry.Machine.NextDeadline <= now) entry.Machine.OnTimer(now, actions);
        }

        if (parting.Count == 0) return;
        foreach (Entry entry in parting) entry.Machine.OnTimer(now, actions);
        parting.RemoveAll(e => e.Machine.HasParted);
    }

    private static bool IsSame(BfdSession a, BfdSession b) =>
        a.Name == b.Name && a.Neighbour.Equals(b.Neighbour) && Equals(a.Source, b.Source) && a.Multihop == b.Multihop && a.Ttl == b.Ttl;

    /// <summary>
    /// RFC 5880 sections 6.3 and 6.8.6, RFC 5881 section 3: at the beginning by the addresses, and then by our discriminator alone: a neighbour may
    /// send from another address of its than the one that we send to.
    /// </summary>
    private int Find(in BfdEnvelope envelope, uint discriminator)
    {
        if (discriminator != 0)
            return byDiscriminator.TryGetValue(discriminator, out int known) && entries[known].ComesByItsPort(envelope) ? known : -1;
        for (int i = 0; i < entries.Length; i++)
        {
            if (entries[i].Fits(envelope)) return i;
        }

        return -1;
    }

    private uint NewDiscriminator(Entry[] former)
    {
        while (true)
        {
            uint number = 0;
            random.NextBytes(MemoryMarshal.AsBytes(new Span<uint>(ref number)));
            if (number != 0 && !byDiscriminator.ContainsKey(number)
                && !former.Concat(parting).Any(e => e.Machine.LocalDiscriminator == number))
                return number;
        }
    }

    private sealed class Entry
    {
        private readonly int family;
        private readonly AddressBits neighbour;
        private readonly AddressBits source;

        public Entry(BfdSession session, BfdMachine machine)
        {
            Session = session;
            Machine = machine;
            family = WireAddress.FamilyOf(session.Neighbour);
            neighbour = WireAddress.Of(session.Neighbour);
            source = session.Source is { } address ? WireAddress.Of(address) : 0;
            // As keepalived: the neighbour is taken to send with the TTL that we send with. RFC 5881 section 5 knows 255 alone.
            int? hops = session.MaximumHops ?? (session.Multihop ? null : 0);
            LeastTtl = hops is { } most ? Math.Max(0, (session.Ttl ?? VrrpProtocol.Ttl) - most) : 0;
        }

        public BfdSession Session { get; }

        public BfdMachine Machine { get; }

        public int LeastTtl { get; }

        /// <summary>Whether a packet came by the protocol and to the port that the session goes by.</summary>
        public bool ComesByItsPort(in BfdEnvelope envelope) => envelope.Family == family && envelope.Multihop == Session.Multihop;

        /// <summary>Whether a packet that names no session may be one's first.</summary>
        public bool Fits(in BfdEnvelope envelope) =>
            ComesByItsPort(envelope)
            && envelope.Source == neighbour
            && (source == 0 || envelope.Destination == source);
    }
}
