using System.Net.Sockets;
using HaTools.Linux;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>Reading the table while others may be writing it: no entry twice, none hidden.</summary>
public sealed partial class IpvsClient
{
    private readonly NetlinkBatch question = new();
    private StableReader? serviceReader;
    private StableReader? destinationReader;

    private StableReader Services => serviceReader ??= new StableReader(socket, other, static (sink, _, message) =>
    {
        if (IpvsMessage.TryReadService(message, out IpvsServiceView view)) sink.Store.Add(view.EntryKey, message);
    });

    private StableReader Destinations => destinationReader ??= new StableReader(socket, other, static (sink, _, message) =>
    {
        if (IpvsMessage.TryReadDestination(message, sink.Family, out IpvsDestinationView view)) sink.Store.Add(view.EntryKey, message);
    });

    /// <summary>
    /// All services, in the kernel's order, with their counters; each once, and none of those missing that nobody touched meanwhile (as
    /// far as can be known: the kernel does not say that its table changed during a reading of more than about 90 services).
    /// </summary>
    /// <exception cref="NetlinkException">EINTR: others changed much during each of 16 readings.</exception>
    public IReadOnlyList<IpvsService> GetServices()
    {
        EntryStore store = ReadServices(CancellationToken.None);
        var services = new IpvsService[store.Count];
        for (int i = 0; i < services.Length; i++) services[i] = ServiceAt(store, i).ToService();
        return services;
    }

    /// <summary>
    /// The real servers of a service, in the kernel's order (the newest first), with their counters; each once, and none missing that
    /// nobody touched. Empty where the service is not there.
    /// </summary>
    /// <param name="key">What identifies the service.</param>
    /// <exception cref="NetlinkException">EINTR: others changed its real servers during each of 16 readings, and they are too many for
    /// one page of the kernel's (about 100).</exception>
    public IReadOnlyList<IpvsDestination> GetDestinations(IpvsServiceKey key)
    {
        Begin(IPVS_CMD_GET_DEST, NetlinkFlags.Dump, key);
        EntryStore store = Destinations.Read(batch, key.AddressFamily, null, out NetlinkResult result);
        if (!result.Succeeded) throw Failure("reading the real servers of IPVS service", key.ToString(), result);
        var destinations = new IpvsDestination[store.Count];
        for (int i = 0; i < destinations.Length; i++) destinations[i] = DestinationAt(store, i, key.AddressFamily).ToDestination();
        return destinations;
    }

    /// <summary>The whole table, as objects. Each service with its real servers is what it was at a moment of its own.</summary>
    /// <param name="cancellation">Ends the reading; the client can be used on.</param>
    /// <exception cref="NetlinkException">EINTR: others changed much during each of 16 readings.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<IpvsTableEntry> GetTable(CancellationToken cancellation = default)
    {
        var collector = new Collector();
        ReadTable(collector, cancellation);
        return collector.Table;
    }

    /// <summary>
    /// Shows the whole table entry by entry, without an object for each: services in the kernel's order, each followed by its real
    /// servers. A service that has gone before its servers were read is not shown. What is promised about entries that others write
    /// meanwhile is what <see cref="GetServices"/> and <see cref="GetDestinations"/> promise.
    /// </summary>
    /// <param name="visitor">Is shown the entries. It must not use this client.</param>
    /// <param name="cancellation">Ends the reading; the client can be used on.</param>
    /// <exception cref="NetlinkException">EINTR: others changed much during each of 16 readings.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void ReadTable(IIpvsTableVisitor visitor, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        EntryStore services = ReadServices(cancellation);
        for (int i = 0; i < services.Count; i++)
        {
            IpvsServiceView service = ServiceAt(services, i);
            if (!visitor.Wants(in service)) continue;

            batch.Clear();
            AttributeWriter writer = batch.Begin(family, NetlinkFlags.Dump);
            writer.Header(new genlmsghdr { cmd = IPVS_CMD_GET_DEST, version = IPVS_GENL_VERSION });
            IpvsMessage.WriteService(ref writer, in service);
            batch.End(writer);
            EntryStore destinations = Destinations.Read(batch, service.AddressFamily, null, out NetlinkResult result, cancellation);
            if (!result.Succeeded) throw Failure("reading the real servers of IPVS service", service.Key.ToString(), result);

            // Of a service that is not there, the kernel says that it has no servers.
            if (destinations.Count == 0 && Ask(in service) is null) continue;
            visitor.Service(in service);
            for (int d = 0; d < destinations.Count; d++)
            {
                IpvsDestinationView destination = DestinationAt(destinations, d, service.AddressFamily);
                visitor.Destination(in destination);
            }
        }
    }

    private EntryStore ReadServices(CancellationToken cancellation)
    {
        Begin(IPVS_CMD_GET_SERVICE, NetlinkFlags.Dump);
        EntryStore store = Services.Read(batch, default, message =>
        {
            IpvsMessage.TryReadService(message.Span, out IpvsServiceView service);
            return Ask(in service);
        }, out NetlinkResult result, cancellation);
        return result.Succeeded ? store : throw Failure("reading the IPVS services", null, result);
    }

    /// <summary>The message about a service as it is now; null: it is not there.</summary>
    private byte[]? Ask(in IpvsServiceView service)
    {
        question.Clear();
        AttributeWriter writer = question.Begin(family, NetlinkFlags.None);
        writer.Header(new genlmsghdr { cmd = IPVS_CMD_GET_SERVICE, version = IPVS_GENL_VERSION });
        IpvsMessage.WriteService(ref writer, in service);
        question.End(writer);
        byte[]? message = socket.Get(question, static (_, payload) => payload.ToArray(), out NetlinkResult result);
        if (result.Errno == Errno.ESRCH) return null;
        return result.Succeeded ? message : throw Failure("reading IPVS service", service.Key.ToString(), result);
    }

    private static IpvsServiceView ServiceAt(EntryStore store, int index)
    {
        IpvsMessage.TryReadService(store[index], out IpvsServiceView view);
        return view;
    }

    private static IpvsDestinationView DestinationAt(EntryStore store, int index, AddressFamily family)
    {
        IpvsMessage.TryReadDestination(store[index], family, out IpvsDestinationView view);
        return view;
    }

    private sealed class Collector : IIpvsTableVisitor
    {
        private List<IpvsDestination>? last;

        public List<IpvsTableEntry> Table { get; } = [];

        public bool Wants(in IpvsServiceView service) => true;

        public void Service(in IpvsServiceView service) => Table.Add(new IpvsTableEntry(service.ToService(), last = []));

        public void Destination(in IpvsDestinationView destination) => last!.Add(destination.ToDestination());
    }
}
