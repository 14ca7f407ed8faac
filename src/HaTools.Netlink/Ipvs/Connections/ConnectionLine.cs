using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// One line of /proc/net/ip_vs_conn or ip_vs_conn_sync (net/netfilter/ipvs/ip_vs_conn.c), read where it lies: nothing is allocated. Good
/// until the reader goes on.
/// <code>
/// Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
/// TCP C0000264 9C40 C0000201 0050 C000020B 0050 ESTABLISHED     899
/// Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires
/// </code>
/// IPv4 addresses are eight hexadecimal digits, IPv6 ones eight groups of four; the real server's may be of the other family.
/// </summary>
public readonly ref struct ConnectionLine
{
    /// <summary>The transport protocol; None: IP, for templates of a firewall mark. Others than the named ones are IANA numbers.</summary>
    public IpvsProtocol Protocol { get; private init; }

    /// <summary>The client's and the virtual address's family.</summary>
    public AddressFamily Family { get; private init; }

    /// <summary>The client's address, in the host's byte order; an IPv4 one in the low 32 bits.</summary>
    public AddressBits Client { get; private init; }

    /// <summary>The client's port; 0 for templates.</summary>
    public int ClientPort { get; private init; }

    /// <summary>The virtual address; 0 for templates of a firewall mark.</summary>
    public AddressBits Virtual { get; private init; }

    /// <summary>The virtual port.</summary>
    public int VirtualPort { get; private init; }

    /// <summary>The firewall mark of a template; else 0.</summary>
    public uint FirewallMark { get; private init; }

    /// <summary>The real server's family.</summary>
    public AddressFamily DestinationFamily { get; private init; }

    /// <summary>The real server's address.</summary>
    public AddressBits Destination { get; private init; }

    /// <summary>The real server's port.</summary>
    public int DestinationPort { get; private init; }

    /// <summary>The state.</summary>
    public IpvsConnectionState State { get; private init; }

    /// <summary>
    /// Whether it is a persistence template. The kernel does not say so: a template has no client port and, since kernel 4.19, a state of
    /// its own (NONE, ASSURED), which tells it from an FTP data connection whose port is not known.
    /// </summary>
    public bool IsTemplate => ClientPort == 0 && State is (IpvsConnectionState.None or IpvsConnectionState.Assured);

    /// <summary>Seconds until it expires; 0: now, or it should have already.</summary>
    public uint Expires { get; private init; }

    /// <summary>Where it comes from; Unknown in ip_vs_conn.</summary>
    public IpvsConnectionOrigin Origin { get; private init; }

    /// <summary>The persistence engine's name; empty: none.</summary>
    public ReadOnlySpan<byte> EngineName { get; private init; }

    /// <summary>What the engine goes by: the rest of the line, whatever bytes it has.</summary>
    public ReadOnlySpan<byte> EngineData { get; private init; }

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line without its end.</param>
    /// <param name="hasOrigin">Whether it is one of ip_vs_conn_sync.</param>
    /// <param name="line">The line's fields.</param>
    /// <returns>False: it is not in the kernel's format.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, bool hasOrigin, out ConnectionLine line)
    {
        line = default;
        ReadOnlySpan<byte> rest = text;
        if (!TryProtocol(Word(ref rest), out IpvsProtocol protocol) || !TryAddress(Word(ref rest), out AddressFamily family, out AddressBits client)
            || !TryPort(Word(ref rest), out int clientPort) || !TryAddress(Word(ref rest), out AddressFamily virtualFamily, out AddressBits address)
            || !TryPort(Word(ref rest), out int virtualPort)
            || !TryAddress(Word(ref rest), out AddressFamily destinationFamily, out AddressBits destination)
            || !TryPort(Word(ref rest), out int destinationPort))
        {
            return false;
        }

        ReadOnlySpan<byte> state = Word(ref rest);
        IpvsConnectionOrigin origin = IpvsConnectionOrigin.Unknown;
        if (hasOrigin && !TryOrigin(Word(ref rest), out origin)) return false;
        if (family != virtualFamily || state.IsEmpty || !TrySeconds(Word(ref rest), out uint expires)) return false;
        ReadOnlySpan<byte> engine = Word(ref rest);
        if (hasOrigin && !engine.IsEmpty) return false;

        // A template of a firewall mark is one of "IP", and has the mark where others have the address's first four bytes.
        uint mark = 0;
        if (protocol == IpvsProtocol.None && clientPort == 0)
        {
            mark = (uint)(family == AddressFamily.InterNetwork ? address : address >> 96);
            address = 0;
        }

        line = new ConnectionLine
        {
            Protocol = protocol,
            Family = family,
            Client = client,
            ClientPort = clientPort,
            Virtual = address,
            VirtualPort = virtualPort,
            FirewallMark = mark,
            DestinationFamily = destinationFamily,
            Destination = destination,
            DestinationPort = destinationPort,
            State = StateOf(state),
            Expires = expires,
            Origin = origin,
            EngineName = engine,
            EngineData = engine.IsEmpty || rest.IsEmpty ? default : rest[1..],
        };
        return true;
    }

    /// <summary>The entry as an object.</summary>
    public IpvsConnection ToConnection() => new()
    {
        Protocol = Protocol,
        Client = new IPEndPoint(Address(Client, Family), ClientPort),
        Virtual = FirewallMark != 0 ? null : new IPEndPoint(Address(Virtual, Family), VirtualPort),
        FirewallMark = FirewallMark,
        Destination = new IPEndPoint(Address(Destination, DestinationFamily), DestinationPort),
        State = State,
        IsTemplate = IsTemplate,
        Expires = Expires,
        Origin = Origin,
        PersistenceEngine = EngineName.IsEmpty ? null : Encoding.UTF8.GetString(EngineName),
        PersistenceData = EngineName.IsEmpty ? null : Encoding.Latin1.GetString(EngineData),
    };

    internal static AddressBits Bits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[AddressBits.Size];
        address.TryWriteBytes(bytes, out int length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : AddressBits.Read(bytes);
    }

    private static IPAddress Address(AddressBits bits, AddressFamily family)
    {
        Span<byte> bytes = stackalloc byte[AddressBits.Size];
        bits.Write(bytes);
        return new IPAddress(family == AddressFamily.InterNetwork ? bytes[12..] : bytes);
    }

    /// <summary>The next word; empty at the line's end. The blank behind it stays in the rest.</summary>
    private static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> rest)
    {
        int begin = rest.IndexOfAnyExcept((byte)' ');
        if (begin < 0)
        {
            rest = default;
            return default;
        }

        ReadOnlySpan<byte> word = rest[begin..];
        int length = word.IndexOf((byte)' ');
        if (length < 0) length = word.Length;
        rest = word[length..];
        return word[..length];
    }

    /// <summary>The names of ip_vs_proto_name (ip_vs_proto.c).</summary>
    private static bool TryProtocol(ReadOnlySpan<byte> word, out IpvsProtocol protocol)
    {
        protocol = IpvsProtocol.None;
        if (word.SequenceEqual("TCP"u8)) protocol = IpvsProtocol.Tcp;
        else if (word.SequenceEqual("UDP"u8)) protocol = IpvsProtocol.Udp;
        else if (word.SequenceEqual("SCTP"u8)) protocol = IpvsProtocol.Sctp;
        else if (word.SequenceEqual("ICMP"u8)) protocol = (IpvsProtocol)1;
        else if (word.SequenceEqual("ICMPv6"u8)) protocol = (IpvsProtocol)58;
        else if (word.StartsWith("IP_"u8) && byte.TryParse(word[3..], NumberStyles.None, CultureInfo.InvariantCulture, out byte number))
            protocol = (IpvsProtocol)number;
        else return word.SequenceEqual("IP"u8);
        return true;
    }

    private static bool TryAddress(ReadOnlySpan<byte> word, out AddressFamily family, out AddressBits bits)
    {
        bits = 0;
        family = AddressFamily.InterNetwork;
        if (word.Length == 8)
        {
            bool read = TryHex(word, out uint four);
            bits = four;
            return read;
        }

        family = AddressFamily.InterNetworkV6;
        if (word.Length != 39) return false;
        ulong high = 0;
        ulong low = 0;
        for (int i = 0; i < word.Length; i += 5)
        {
            if (!TryHex(word.Slice(i, 4), out uint group)) return false;
            if (i + 4 < word.Length && word[i + 4] != ':') return false;
            high = (high << 16) | (low >> 48);
            low = (low << 16) | group;
        }

        bits = new AddressBits(high, low);
        return true;
    }

    private static bool TryPort(ReadOnlySpan<byte> word, out int port)
    {
        bool read = TryHex(word, out uint number) && word.Length == 4;
        port = (int)number;
        return read;
    }

    /// <summary>At most eight digits.</summary>
    private static bool TryHex(ReadOnlySpan<byte> digits, out uint value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            int nibble = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                _ => -1,
            };
            if (nibble < 0) return false;
            value = (value << 4) | (uint)nibble;
        }

        return true;
    }

    /// <summary>
    /// An unsigned long. The kernel subtracts the clock from the time of the end: what should have ended already shows as a number near
    /// the end of the range.
    /// </summary>
    private static bool TrySeconds(ReadOnlySpan<byte> word, out uint seconds)
    {
        bool read = ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number);
        seconds = number > uint.MaxValue ? 0 : (uint)number;
        return read;
    }

    private static bool TryOrigin(ReadOnlySpan<byte> word, out IpvsConnectionOrigin origin)
    {
        origin = word.SequenceEqual("SYNC"u8) ? IpvsConnectionOrigin.Sync : IpvsConnectionOrigin.Local;
        return origin == IpvsConnectionOrigin.Sync || word.SequenceEqual("LOCAL"u8);
    }

    private static IpvsConnectionState StateOf(ReadOnlySpan<byte> word)
    {
        foreach ((byte[] name, IpvsConnectionState state) in States)
        {
            if (word.SequenceEqual(name)) return state;
        }

        return IpvsConnectionState.Other;
    }

    // The likeliest first: every line is looked up.
    private static readonly (byte[] Name, IpvsConnectionState State)[] States =
    [
        ("ESTABLISHED"u8.ToArray(), IpvsConnectionState.Established),
        ("FIN_WAIT"u8.ToArray(), IpvsConnectionState.FinWait),
        ("UDP"u8.ToArray(), IpvsConnectionState.Udp),
        ("ASSURED"u8.ToArray(), IpvsConnectionState.Assured),
        ("NONE"u8.ToArray(), IpvsConnectionState.None),
        ("TIME_WAIT"u8.ToArray(), IpvsConnectionState.TimeWait),
        ("SYN_RECV"u8.ToArray(), IpvsConnectionState.SynReceived),
        ("CLOSE"u8.ToArray(), IpvsConnectionState.Close),
        ("SYN_SENT"u8.ToArray(), IpvsConnectionState.SynSent),
        ("CLOSE_WAIT"u8.ToArray(), IpvsConnectionState.CloseWait),
        ("LAST_ACK"u8.ToArray(), IpvsConnectionState.LastAck),
        ("LISTEN"u8.ToArray(), IpvsConnectionState.Listen),
        ("SYNACK"u8.ToArray(), IpvsConnectionState.SynAck),
        ("INIT1"u8.ToArray(), IpvsConnectionState.Init1),
        ("INIT"u8.ToArray(), IpvsConnectionState.Init),
        ("C-SENT"u8.ToArray(), IpvsConnectionState.CookieSent),
        ("C-REPLIED"u8.ToArray(), IpvsConnectionState.CookieReplied),
        ("C-WAIT"u8.ToArray(), IpvsConnectionState.CookieWait),
        ("COOKIE"u8.ToArray(), IpvsConnectionState.Cookie),
        ("C-ECHOED"u8.ToArray(), IpvsConnectionState.CookieEchoed),
        ("S-SENT"u8.ToArray(), IpvsConnectionState.ShutdownSent),
        ("S-RECEIVED"u8.ToArray(), IpvsConnectionState.ShutdownReceived),
        ("S-ACK-SENT"u8.ToArray(), IpvsConnectionState.ShutdownAckSent),
        ("REJECTED"u8.ToArray(), IpvsConnectionState.Rejected),
        ("CLOSED"u8.ToArray(), IpvsConnectionState.Closed),
    ];
}
