using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HaTools.Netlink.Ipvs.Save;

/// <summary>A line <c>-A</c>.</summary>
internal sealed class SaveServiceEntry(SaveWord command, SaveErrors errors) : SaveEntry(command, errors)
{
    /// <summary>What ipvsadm takes for <c>-p</c> without a number (libipvs.h; its man page says 300).</summary>
    private const uint DefaultTimeout = 360;

    private const string DefaultScheduler = "wlc";
    private const int LongestName = 15;

    private string scheduler = DefaultScheduler;
    private string? engine;
    private IpvsServiceFlags flags;
    private uint timeout;
    private IPAddress? netmask;
    private (SaveWord Place, AddressFamily Family)? mask;
    private SaveWord? onePacket;
    private SaveWord? schedulerFlags;

    /// <summary>The service, once all is found to be good.</summary>
    public IpvsService Service => new()
    {
        Key = Key!.Value,
        Scheduler = scheduler,
        Flags = flags,
        Timeout = timeout,
        Netmask = netmask,
        PersistenceEngine = engine,
    };

    public override bool Has(SaveOption option) => option.IsOfServices;

    public override void Take(SaveOption option, SaveWord place, SaveWord? value)
    {
        switch (option.Kind)
        {
            case SaveOptionKind.Scheduler:
                scheduler = Name(value!.Value, "a scheduler") ?? DefaultScheduler;
                break;
            case SaveOptionKind.PersistenceEngine:
                engine = Name(value!.Value, "a persistence engine");
                break;
            case SaveOptionKind.Persistent:
                flags |= IpvsServiceFlags.Persistent;
                timeout = Timeout(value);
                break;
            case SaveOptionKind.Netmask:
                mask = (value!.Value, Family);
                netmask = Netmask(value.Value);
                break;
            case SaveOptionKind.OnePacket:
                flags |= IpvsServiceFlags.OnePacket;
                onePacket = place;
                break;
            case SaveOptionKind.SchedulerFlags:
                schedulerFlags = value;
                break;
            default:
                base.Take(option, place, value);
                break;
        }
    }

    public override void Check()
    {
        if (schedulerFlags is { } list) flags |= SaveSchedulerFlags.Read(list, scheduler, Errors);
        if (mask is { } given && given.Family != Family)
            Errors.Add(given.Place, "the netmask of an IPv6 service stands after its address (or -6): ipvsadm forgets it where it stands before");
        if (Key is not { Protocol: not IpvsProtocol.None } key) return;
        if (key.Port == 0 && (flags & IpvsServiceFlags.Persistent) == 0)
            Errors.Add(KeyPlace, "a service of every port (0, or none) must be persistent: -p (--persistent)");
        if (onePacket is { } place && key.Protocol != IpvsProtocol.Udp)
            Errors.Add(place, "-o (--ops), one-packet scheduling, is only for UDP services and firewall marks");
    }

    /// <summary>Any number that the kernel's table may hold: ipvsadm writes them all, though it reads only those from 1 to 31 days.</summary>
    private uint Timeout(SaveWord? value)
    {
        if (value is not { } word) return DefaultTimeout;
        if (SaveNumber.Read(word.Span, 0, uint.MaxValue) is { } seconds) return (uint)seconds;
        Errors.Add(word, "a persistence timeout is a number of seconds");
        return 0;
    }

    private IPAddress? Netmask(SaveWord word)
    {
        if (Family == AddressFamily.InterNetworkV6)
        {
            if (SaveNumber.Read(word.Span, 1, 128) is { } prefix) return IpvsService.NetmaskOf(Family, (int)prefix);
            Errors.Add(word, "the netmask of an IPv6 service is a prefix length from 1 to 128");
            return null;
        }

        if (SaveAddress.ReadIpv4(word.Span) is { } read) return read.Equals(IPAddress.Broadcast) ? null : read;
        Errors.Add(word, "the netmask of an IPv4 service is written as an address: 255.255.255.0");
        return null;
    }

    /// <summary>Null: the value is empty, which is no name, or cannot be one, which is told. ipvsadm cuts names that are too long.</summary>
    private string? Name(SaveWord word, string kind)
    {
        if (word.Length == 0) return null;
        string name = word.ToString();
        if (Encoding.UTF8.GetByteCount(name) <= LongestName) return name;
        Errors.Add(word, $"the name of {kind} has at most {LongestName} bytes");
        return null;
    }
}
