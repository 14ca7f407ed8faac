namespace HaTools.Netlink.Ipvs.Save;

/// <summary>The tunnel of a real server, and which options go with which kind (man ipvsadm(8), packet-forwarding-method).</summary>
internal sealed class SaveTunnel(SaveErrors errors)
{
    private static readonly SaveOptionKind[] Checksums = [SaveOptionKind.NoChecksum, SaveOptionKind.Checksum, SaveOptionKind.RemoteChecksum];

    private readonly List<(SaveOption Option, SaveWord Place)> given = [];
    private bool isTypeKnown = true;

    public IpvsTunnelType Type { get; private set; }

    public int Port { get; private set; }

    public IpvsTunnelFlags Flags { get; private set; }

    public void Take(SaveOption option, SaveWord place, SaveWord? value)
    {
        given.Add((option, place));
        switch (option.Kind)
        {
            case SaveOptionKind.TunnelType:
                ReadType(value!.Value);
                break;
            case SaveOptionKind.TunnelPort when SaveNumber.Read(value!.Value.Span, 1, ushort.MaxValue) is { } port:
                Port = (int)port;
                break;
            case SaveOptionKind.TunnelPort:
                errors.Add(value!.Value, "the port of a tunnel is a number from 1 to 65535");
                break;
            case SaveOptionKind.Checksum:
                Flags |= IpvsTunnelFlags.Checksum;
                break;
            case SaveOptionKind.RemoteChecksum:
                Flags |= IpvsTunnelFlags.RemoteChecksum;
                break;
        }
    }

    /// <summary>What does not go together.</summary>
    /// <param name="isTunnel">Whether the server is in a tunnel.</param>
    /// <param name="command">Where the line begins.</param>
    public void Check(bool isTunnel, SaveWord command)
    {
        if (!isTunnel)
        {
            foreach ((SaveOption option, SaveWord place) in given) errors.Add(place, $"{option} needs a tunnel: -i (--ipip)");
            return;
        }

        if (!isTypeKnown) return;
        string type = Word(Type);
        foreach ((SaveOption option, SaveWord place) in given.Where(g => !IsOf(Type, g.Option.Kind)))
            errors.Add(place, $"{option} is not for tunnels of type {type}");
        foreach ((SaveOption option, SaveWord place) in given.Where(g => Checksums.Contains(g.Option.Kind)).Skip(1))
            errors.Add(place, $"a tunnel has one of {string.Join(", ", Checksums.Select(Word))}, and {option} is its second");
        if (Type == IpvsTunnelType.Gue && !given.Exists(g => g.Option.Kind == SaveOptionKind.TunnelPort))
            errors.Add(command, "a tunnel of type gue needs --tun-port");
    }

    public static string Word(IpvsTunnelType type) => type switch
    {
        IpvsTunnelType.IpIp => "ipip",
        IpvsTunnelType.Gue => "gue",
        IpvsTunnelType.Gre => "gre",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "ipvsadm has no word for this tunnel."),
    };

    public static string Word(IpvsTunnelFlags flags) => Word(flags switch
    {
        IpvsTunnelFlags.None => SaveOptionKind.NoChecksum,
        IpvsTunnelFlags.Checksum => SaveOptionKind.Checksum,
        IpvsTunnelFlags.RemoteChecksum => SaveOptionKind.RemoteChecksum,
        _ => throw new ArgumentOutOfRangeException(nameof(flags), flags, "ipvsadm has no word for these checksums."),
    });

    private static string Word(SaveOptionKind checksum) => checksum switch
    {
        SaveOptionKind.NoChecksum => "--tun-nocsum",
        SaveOptionKind.Checksum => "--tun-csum",
        _ => "--tun-remcsum",
    };

    private static bool IsOf(IpvsTunnelType type, SaveOptionKind option) => option switch
    {
        SaveOptionKind.TunnelType => true,
        SaveOptionKind.TunnelPort or SaveOptionKind.RemoteChecksum => type == IpvsTunnelType.Gue,
        _ => type is IpvsTunnelType.Gue or IpvsTunnelType.Gre,
    };

    private void ReadType(SaveWord word)
    {
        foreach (IpvsTunnelType type in (ReadOnlySpan<IpvsTunnelType>)[IpvsTunnelType.IpIp, IpvsTunnelType.Gue, IpvsTunnelType.Gre])
        {
            if (!word.Span.SequenceEqual(Word(type))) continue;
            Type = type;
            return;
        }

        isTypeKnown = false;
        errors.Add(word, "a tunnel is of type ipip, gue or gre");
    }
}
