using System.Buffers.Binary;
using System.Net.Sockets;
using System.Numerics;
using System.Text;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// A number for all that is set of a service and its real servers: equal for what is equal, and different for what differs, but for one chance in 2^64. The order of servers
/// counts only where it matters (<see cref="ServerOrder"/>). Made of what a plane keeps and of what the kernel sends alike, without an object.
/// </summary>
internal struct TableDigest
{
    private readonly ulong service;
    private readonly bool ordered;
    private ulong servers;

    private TableDigest(ulong service, bool ordered) => (this.service, this.ordered) = (service, ordered);

    /// <summary>The number.</summary>
    public readonly ulong Value => Mix(Mix(1, service), servers);

    /// <summary>Of a service in a plane's table, whose servers stand in the table's order.</summary>
    public static ulong Of(PlaneService service) => Of(service, service.Destinations, reverse: false);

    /// <summary>Of a service in the table once it is what it should be.</summary>
    public static ulong OfDesired(PlaneService service) => Of(service, ServerOrder.Of(service), reverse: true);

    /// <summary>Begins with a service as the kernel sends it; <see cref="Add(in IpvsDestinationView)"/> goes on.</summary>
    public static TableDigest Begin(in IpvsServiceView view)
    {
        ulong? persistence = (view.Flags & IpvsServiceFlags.Persistent) != 0 ? view.Timeout : null;
        return new TableDigest(
            Service(view.SchedulerName, view.Flags, persistence, Netmask(view.AddressFamily, view.NetmaskBytes), view.EngineName), Matters(view.SchedulerName));
    }

    /// <summary>Adds the next server.</summary>
    public void Add(in IpvsDestinationView view)
    {
        bool tunnel = view.ForwardingMethod == IpvsForwardingMethod.Tunnel;
        Add(Server(
            TableKey.Number(view.AddressBytes), view.AddressFamily, view.Port, view.ForwardingMethod, view.Weight, view.UpperThreshold, view.LowerThreshold,
            tunnel ? new PlaneTunnel(view.TunnelType, view.TunnelPort, view.TunnelFlags) : default));
    }

    private static ulong Of(PlaneService service, IReadOnlyList<PlaneDestination> servers, bool reverse)
    {
        Span<byte> scheduler = stackalloc byte[64];
        scheduler = scheduler[..Encoding.UTF8.GetBytes(service.Scheduler, scheduler)];
        Span<byte> engine = stackalloc byte[64];
        engine = engine[..Encoding.UTF8.GetBytes(service.PersistenceEngine ?? "", engine)];
        Span<byte> mask = stackalloc byte[16];
        if (service.Netmask is not { } netmask || !netmask.TryWriteBytes(mask, out int length)) length = 0;
        ulong word = length switch
        {
            4 => BinaryPrimitives.ReadUInt32BigEndian(mask),
            16 => (ulong)UInt128.PopCount(BinaryPrimitives.ReadUInt128BigEndian(mask)),
            _ => NoNetmask,
        };
        var digest = new TableDigest(Service(scheduler, service.Flags, service.Persistence, word, engine), Matters(scheduler));
        for (int i = 0; i < servers.Count; i++) digest.Add(servers[reverse ? servers.Count - 1 - i : i]);
        return digest.Value;
    }

    private void Add(PlaneDestination server)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = server.Key.Address.TryWriteBytes(bytes, out int length);
        Add(Server(
            TableKey.Number(bytes[..length]), server.Key.Address.AddressFamily, server.Key.Port, server.Forwarding, server.Weight, server.UpperThreshold,
            server.LowerThreshold, server.Tunnel));
    }

    private void Add(ulong server) => servers = ordered ? Mix(servers, server) : servers + server;

    private const ulong NoNetmask = ulong.MaxValue;

    private static bool Matters(ReadOnlySpan<byte> scheduler) => scheduler.SequenceEqual("mh"u8) || scheduler.SequenceEqual("sh"u8) || scheduler.SequenceEqual("dh"u8);

    private static ulong Service(ReadOnlySpan<byte> scheduler, IpvsServiceFlags flags, ulong? persistence, ulong netmask, ReadOnlySpan<byte> engine)
    {
        ulong h = Bytes(2, scheduler);
        h = Mix(h, (ulong)(flags & ~(IpvsServiceFlags.Persistent | IpvsServiceFlags.Hashed)));
        h = Mix(h, persistence ?? ulong.MaxValue);
        h = Mix(h, netmask);
        return Bytes(h, engine);
    }

    private static ulong Server(
        UInt128 address, AddressFamily family, int port, IpvsForwardingMethod method, int weight, uint upper, uint lower, PlaneTunnel tunnel)
    {
        ulong h = Mix(3, (ulong)(address >> 64));
        h = Mix(h, (ulong)address);
        h = Mix(h, ((ulong)family << 32) | (uint)port);
        h = Mix(h, ((ulong)method << 32) | (uint)weight);
        h = Mix(h, ((ulong)upper << 32) | lower);
        return Mix(h, ((ulong)tunnel.Type << 48) | ((ulong)tunnel.Flags << 32) | (uint)tunnel.Port);
    }

    // The kernel gives IPv4 a mask, and IPv6 the length of a prefix; it gives the whole address, too.
    private static ulong Netmask(AddressFamily family, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 4) return NoNetmask;
        if (family == AddressFamily.InterNetworkV6)
            return BitConverter.ToUInt32(bytes) is var length && length == 128 ? NoNetmask : length;
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) is var mask && mask == uint.MaxValue ? NoNetmask : mask;
    }

    private static ulong Bytes(ulong h, ReadOnlySpan<byte> bytes)
    {
        h = Mix(h, (ulong)bytes.Length);
        foreach (byte b in bytes) h = Mix(h, b);
        return h;
    }

    // The finishing step of splitmix64 (Steele, Lea, Flood 2014), one for each word.
    private static ulong Mix(ulong h, ulong word)
    {
        h = BitOperations.RotateLeft(h, 29) + word + 0x9e3779b97f4a7c15;
        h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9;
        h = (h ^ (h >> 27)) * 0x94d049bb133111eb;
        return h ^ (h >> 31);
    }
}
