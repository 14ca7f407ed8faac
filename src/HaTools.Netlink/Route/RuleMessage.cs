using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Linux;
using static HaTools.Netlink.linux_fib_rules;

namespace HaTools.Netlink.Route;

/// <summary>RTM_NEWRULE, RTM_DELRULE and RTM_GETRULE.</summary>
internal static class RuleMessage
{
    private const uint NoSuppression = uint.MaxValue;

    public static void WriteGet(ref AttributeWriter writer, AddressFamily family) =>
        writer.Header(new fib_rule_hdr { family = Number(family) });

    /// <summary>Writes a request to add, or one to take away: both name all of the rule.</summary>
    /// <exception cref="ArgumentException">The request cannot be meant.</exception>
    public static void Write(ref AttributeWriter writer, RuleRequest request)
    {
        Validate(request);
        uint table = request.Type == RuleType.Table && !request.L3MasterDevice ? request.Table ?? RouteRequest.MainTable : 0;
        writer.Header(new fib_rule_hdr
        {
            family = Number(request.Family),
            dst_len = (byte)(request.Destination?.PrefixLength ?? 0),
            src_len = (byte)(request.Source?.PrefixLength ?? 0),
            tos = request.Tos,
            table = table < 256 ? (byte)table : linux_rtnetlink.RT_TABLE_UNSPEC,
            action = (byte)request.Type,
            flags = request.Invert ? FIB_RULE_INVERT : 0,
        });
        if (request.Source is { } source) WriteAddress(ref writer, FRA_SRC, source.BaseAddress);
        if (request.Destination is { } destination) WriteAddress(ref writer, FRA_DST, destination.BaseAddress);
        if (request.Priority is { } priority) writer.U32(FRA_PRIORITY, priority);
        if (request.Mark is { } mark) writer.U32(FRA_FWMARK, mark);
        if (request.MarkMask is { } mask) writer.U32(FRA_FWMASK, mask);
        if (request.InputInterface is { } input) writer.String(FRA_IIFNAME, input);
        if (request.OutputInterface is { } output) writer.String(FRA_OIFNAME, output);
        if (table >= 256) writer.U32(FRA_TABLE, table);
        if (request.Target is { } target) writer.U32(FRA_GOTO, target);
        if (request.Realms is { } realms) writer.U32(FRA_FLOW, realms);
        if (request.SuppressPrefixLength is { } length) writer.U32(FRA_SUPPRESS_PREFIXLEN, (uint)length);
        if (request.SuppressInterfaceGroup is { } group) writer.U32(FRA_SUPPRESS_IFGROUP, group);
        if (request.L3MasterDevice) writer.U8(FRA_L3MDEV, 1);
        if (request.Users is { } users)
            writer.Struct(FRA_UID_RANGE, new fib_rule_uid_range { start = users.First, end = users.Last });
        if (request.IpProtocol is { } protocol) writer.U8(FRA_IP_PROTO, protocol);
        if (request.SourcePorts is { } sports) writer.Struct(FRA_SPORT_RANGE, Ports(sports));
        if (request.DestinationPorts is { } dports) writer.Struct(FRA_DPORT_RANGE, Ports(dports));
        writer.U8(FRA_PROTOCOL, request.Protocol);
        if (request.TunnelId is { } tunnel) writer.U64BigEndian(FRA_TUN_ID, tunnel);
    }

    /// <summary>Reads a message. Null: it is of a family other than IPv4 and IPv6.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static RuleInfo? Read(ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out fib_rule_hdr header);
        if (reader.Error == AttributeError.None && header.family is not (Libc.AF_INET or Libc.AF_INET6)) return null;

        bool six = header.family == Libc.AF_INET6;
        uint table = header.table;
        IPAddress? source = null;
        IPAddress? destination = null;
        var rule = new RuleInfo
        {
            Family = six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork,
            Priority = 0,
            Invert = (header.flags & FIB_RULE_INVERT) != 0,
            Tos = header.tos,
            Type = (RuleType)header.action,
            Protocol = 0,
            Flags = (RuleFlags)header.flags,
        };
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case FRA_SRC:
                    source = Address(ref reader, six);
                    break;
                case FRA_DST:
                    destination = Address(ref reader, six);
                    break;
                case FRA_TABLE:
                    table = reader.U32();
                    break;
                case FRA_SUPPRESS_PREFIXLEN:
                    uint length = reader.U32();
                    rule = rule with { SuppressPrefixLength = length == NoSuppression ? null : (int)length };
                    break;
                case FRA_UID_RANGE:
                    fib_rule_uid_range users = reader.Struct<fib_rule_uid_range>();
                    rule = rule with { Users = new ValueRange(users.start, users.end) };
                    break;
                default:
                    rule = ReadSimple(ref reader, rule);
                    break;
            }
        }

        rule = rule with
        {
            Source = Network(ref reader, source, header.src_len),
            Destination = Network(ref reader, destination, header.dst_len),
            Table = rule.Type == RuleType.Table && !rule.L3MasterDevice ? table : null,
        };
        reader.ThrowIfMalformed("reading a rule");
        return rule;
    }

    private static RuleInfo ReadSimple(ref AttributeReader reader, RuleInfo rule) => reader.Type switch
    {
        FRA_PRIORITY => rule with { Priority = reader.U32() },
        FRA_FWMARK => rule with { Mark = reader.U32() },
        FRA_FWMASK => rule with { MarkMask = reader.U32() },
        FRA_IIFNAME => rule with { InputInterface = reader.String() },
        FRA_OIFNAME => rule with { OutputInterface = reader.String() },
        FRA_GOTO => rule with { Target = reader.U32() },
        FRA_FLOW => rule with { Realms = reader.U32() },
        FRA_SUPPRESS_IFGROUP => rule with { SuppressInterfaceGroup = reader.U32() },
        FRA_L3MDEV => rule with { L3MasterDevice = reader.U8() != 0 },
        FRA_IP_PROTO => rule with { IpProtocol = reader.U8() },
        FRA_SPORT_RANGE => rule with { SourcePorts = Range(reader.Struct<fib_rule_port_range>()) },
        FRA_DPORT_RANGE => rule with { DestinationPorts = Range(reader.Struct<fib_rule_port_range>()) },
        FRA_PROTOCOL => rule with { Protocol = reader.U8() },
        FRA_TUN_ID => rule with { TunnelId = reader.U64BigEndian() },
        _ => rule,
    };

    private static ValueRange Range(fib_rule_port_range ports) => new(ports.start, ports.end);

    private static fib_rule_port_range Ports(ValueRange range) => new() { start = (ushort)range.First, end = (ushort)range.Last };

    private static byte Number(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? (byte)Libc.AF_INET6 : (byte)Libc.AF_INET;

    private static IPAddress? Address(ref AttributeReader reader, bool six)
    {
        if (reader.Value.Length == (six ? 16 : 4)) return new IPAddress(reader.Value);
        reader.Invalid();
        return null;
    }

    private static IPNetwork? Network(ref AttributeReader reader, IPAddress? address, byte prefix)
    {
        if (prefix == 0) return null;
        if (address is not null && IPNetwork.TryParse($"{address}/{prefix}", out IPNetwork network)) return network;
        reader.Invalid();
        return null;
    }

    private static void WriteAddress(ref AttributeWriter writer, ushort type, IPAddress address)
    {
        Span<byte> value = writer.Attribute(type, address.AddressFamily == AddressFamily.InterNetwork ? 4 : 16);
        if (!writer.Overflowed) address.TryWriteBytes(value, out _);
    }

    private static void Validate(RuleRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            throw Meaningless(request, "rules are of IPv4 or IPv6");
        if (request.Source is { } s && s.BaseAddress.AddressFamily != request.Family)
            throw Meaningless(request, "the source is not of the rule's family");
        if (request.Destination is { } d && d.BaseAddress.AddressFamily != request.Family)
            throw Meaningless(request, "the destination is not of the rule's family");
        if (!IsName(request.InputInterface) || !IsName(request.OutputInterface))
            throw Meaningless(request, "an interface's name has 1 to 15 bytes");
        if (request.Type == RuleType.Goto != request.Target is not null)
            throw Meaningless(request, "goto and only goto has a rule to go on with");
        if (request.Type == RuleType.Table && request.Table == 0) throw Meaningless(request, "there is no table 0");
        if (!InOrder(request.Users, uint.MaxValue) || !InOrder(request.SourcePorts, ushort.MaxValue)
            || !InOrder(request.DestinationPorts, ushort.MaxValue)) throw Meaningless(request, "a range ends before it begins, or is too large");
        if (request.SuppressPrefixLength < 0) throw Meaningless(request, "a prefix length is from 0");
    }

    private static bool IsName(string? name) =>
        name is null || (name.Length > 0 && Encoding.UTF8.GetByteCount(name) < linux_if_link.IFNAMSIZ);

    private static bool InOrder(ValueRange? range, uint most) => range is null || (range.Value.First <= range.Value.Last && range.Value.Last <= most);

    private static ArgumentException Meaningless(RuleRequest request, string why) => new($"rule {request}: {why}.", nameof(request));
}
