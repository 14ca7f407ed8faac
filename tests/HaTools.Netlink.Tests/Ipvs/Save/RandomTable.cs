using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Netlink.Tests.Ipvs.Save;

/// <summary>Tables of every kind of service and server, such as a kernel takes; the same for the same seed.</summary>
internal sealed class RandomTable(int seed)
{
    private static readonly string[] Schedulers = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"];

    private readonly Random random = new(seed);

    public IpvsSavedTable Next(int services, int servers)
    {
        var keys = new HashSet<IpvsServiceKey>();
        while (keys.Count < services) keys.Add(Key());
        return new IpvsSavedTable { Services = [.. keys.Select(k => Saved(k, servers))] };
    }

    private IpvsSavedService Saved(IpvsServiceKey key, int most)
    {
        var servers = new Dictionary<(IPAddress, int), IpvsDestination>();
        for (int i = random.Next(most + 1); i > 0; i--)
        {
            IpvsDestination server = Server(key);
            servers.TryAdd((server.Address, server.Port), server);
        }

        return new IpvsSavedService { Service = Service(key), Destinations = [.. servers.Values] };
    }

    private IpvsServiceKey Key()
    {
        bool six = OneIn(3);
        AddressFamily family = six ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        if (OneIn(4)) return IpvsServiceKey.OfFirewallMark(OneIn(2) ? (uint)random.Next(1, 5) : (uint)random.NextInt64(1, 1L << 32), family);
        IpvsProtocol[] protocols = [IpvsProtocol.Tcp, IpvsProtocol.Udp, IpvsProtocol.Sctp];
        return new IpvsServiceKey(protocols[random.Next(3)], six ? Ipv6() : Ipv4(), OneIn(5) ? 0 : random.Next(1, 65536));
    }

    private IpvsService Service(IpvsServiceKey key)
    {
        bool isPersistent = key is { Address: not null, Port: 0 } || OneIn(2);
        IpvsServiceFlags flags = isPersistent ? IpvsServiceFlags.Persistent : IpvsServiceFlags.None;
        if ((key.Address is null || key.Protocol == IpvsProtocol.Udp) && OneIn(3)) flags |= IpvsServiceFlags.OnePacket;
        if (OneIn(2)) flags |= (IpvsServiceFlags)(random.Next(8) * (int)IpvsServiceFlags.Scheduler1);
        return new IpvsService
        {
            Key = key,
            Scheduler = Schedulers[random.Next(Schedulers.Length)],
            Flags = flags,
            Timeout = isPersistent ? (uint)random.Next(1, 2678401) : 0,
            Netmask = OneIn(2) ? Netmask(key.AddressFamily) : null,
            PersistenceEngine = isPersistent && key.Protocol == IpvsProtocol.Udp && OneIn(3) ? "sip" : null,
        };
    }

    private IPAddress? Netmask(AddressFamily family)
    {
        if (family == AddressFamily.InterNetworkV6) return IpvsService.NetmaskOf(family, random.Next(1, 129));
        return OneIn(3) ? new IPAddress(random.NextInt64(1L << 32) & 0xfffffffe) : IpvsService.NetmaskOf(family, random.Next(33));
    }

    private IpvsDestination Server(IpvsServiceKey key)
    {
        IpvsForwardingMethod[] methods = [IpvsForwardingMethod.Masquerade, IpvsForwardingMethod.DirectRoute, IpvsForwardingMethod.Tunnel];
        IpvsForwardingMethod method = methods[random.Next(3)];
        bool isTunnel = method == IpvsForwardingMethod.Tunnel;
        bool six = key.AddressFamily == AddressFamily.InterNetworkV6 ^ (isTunnel && OneIn(2));
        bool isAnyPort = key.Address is null || method == IpvsForwardingMethod.Masquerade;
        uint upper = OneIn(2) ? 0 : (uint)random.Next(1, OneIn(2) ? 10 : int.MaxValue);
        var server = new IpvsDestination
        {
            Address = six ? Ipv6() : Ipv4(),
            Port = isAnyPort ? random.Next(0, 65536) : key.Port,
            ForwardingMethod = method,
            Weight = OneIn(4) ? random.Next(65536) : random.Next(4),
            UpperThreshold = upper,
            LowerThreshold = OneIn(2) ? 0 : (uint)random.NextInt64(upper + 1),
        };
        return isTunnel ? InTunnel(server) : server;
    }

    private IpvsDestination InTunnel(IpvsDestination server) => random.Next(3) switch
    {
        0 => server,
        1 => server with { TunnelType = IpvsTunnelType.Gue, TunnelPort = random.Next(1, 65536), TunnelFlags = (IpvsTunnelFlags)random.Next(3) },
        _ => server with { TunnelType = IpvsTunnelType.Gre, TunnelFlags = (IpvsTunnelFlags)random.Next(2) },
    };

    /// <summary>Near to each other, or all over the numbers, which is where ipvsadm's order is peculiar.</summary>
    private IPAddress Ipv4()
    {
        if (OneIn(2)) return new IPAddress([192, 0, 2, (byte)random.Next(1, 255)]);
        byte first = (byte)random.Next(1, 223);
        return new IPAddress([first == 127 ? (byte)10 : first, (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(1, 255)]);
    }

    /// <summary>Unicast addresses with runs of zeros in all places.</summary>
    private IPAddress Ipv6()
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        for (int group = 1; group < 8; group++)
        {
            if (OneIn(2)) bytes[2 * group] = bytes[(2 * group) + 1] = 0;
        }

        (bytes[0], bytes[1], bytes[15]) = (OneIn(2) ? (byte)0x20 : (byte)0xfd, (byte)(OneIn(2) ? 1 : random.Next(256)), (byte)random.Next(1, 256));
        return new IPAddress(bytes);
    }

    private bool OneIn(int n) => random.Next(n) == 0;
}
