using HaTools.Linux;
using HaTools.Netlink.Generic;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>
/// The kernel's IPVS table through generic netlink, in the network namespace of the thread that opened it: what ipvsadm does. Not
/// thread-safe: one thread at a time. Everything, reading too, needs CAP_NET_ADMIN. Methods throw <see cref="NetlinkException"/> where
/// the kernel refuses.
/// </summary>
public sealed class IpvsClient : IDisposable
{
    // Keeps the request buffer small however long the list is; the socket makes one system call of up to 128 of them.
    private const int ApplyAtOnce = 512;

    private readonly NetlinkSocket socket;
    private readonly ushort family;
    private readonly NetlinkBatch batch = new();
    private readonly NetlinkResult[] results = new NetlinkResult[ApplyAtOnce];

    /// <summary>Speaks over a socket of protocol Generic, which it disposes of. Does not try to load the module.</summary>
    /// <param name="socket">The socket.</param>
    /// <exception cref="IpvsUnavailableException">The kernel has no family IPVS; the socket is not disposed of.</exception>
    public IpvsClient(NetlinkSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        this.socket = socket;
        family = GenericNetlink.FindFamily(socket, IPVS_GENL_NAME)?.Id ?? throw new IpvsUnavailableException(null);
    }

    private IpvsClient(NetlinkSocket socket, ushort family) => (this.socket, this.family) = (socket, family);

    /// <summary>
    /// Opens a client for the calling thread's network namespace; it stays with that one. Where the kernel has no IPVS yet, tries
    /// <c>modprobe ip_vs</c>.
    /// </summary>
    /// <exception cref="IpvsUnavailableException">The kernel has no IPVS and the module cannot be loaded.</exception>
    /// <exception cref="NetlinkException">The kernel gave no socket.</exception>
    public static IpvsClient Open()
    {
        NetlinkSocket socket = NetlinkSocket.Open(NetlinkProtocol.Generic);
        try
        {
            GenericNetlinkFamily? found = GenericNetlink.FindFamily(socket, IPVS_GENL_NAME);
            string? failure = null;
            if (found is null)
            {
                failure = KernelModule.TryLoad("ip_vs");
                found = GenericNetlink.FindFamily(socket, IPVS_GENL_NAME);
            }

            return new IpvsClient(socket, (found ?? throw new IpvsUnavailableException(failure)).Id);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>IPVS's version and the size of its connection table.</summary>
    public IpvsInfo GetInfo()
    {
        Begin(IPVS_CMD_GET_INFO, NetlinkFlags.None);
        return Get(ReadInfo, "reading the version of IPVS");
    }

    /// <summary>All services, in the kernel's order, with their counters.</summary>
    public IReadOnlyList<IpvsService> GetServices()
    {
        Begin(IPVS_CMD_GET_SERVICE, NetlinkFlags.Dump);
        return Dump((_, payload) => IpvsMessage.ReadService(payload), "reading the IPVS services", null);
    }

    /// <summary>One service, with its counters; null: it is not there.</summary>
    /// <param name="key">What identifies it.</param>
    public IpvsService? FindService(IpvsServiceKey key)
    {
        Begin(IPVS_CMD_GET_SERVICE, NetlinkFlags.None, key);
        IpvsService? service = socket.Get(batch, (_, payload) => IpvsMessage.ReadService(payload), out NetlinkResult result);
        if (result.Errno == Errno.ESRCH) return null;
        return result.Succeeded ? service : throw Failure("reading IPVS service", key.ToString(), result);
    }

    /// <summary>The real servers of a service, in the kernel's order, with their counters; empty where the service is not there.</summary>
    /// <param name="key">What identifies the service.</param>
    public IReadOnlyList<IpvsDestination> GetDestinations(IpvsServiceKey key)
    {
        Begin(IPVS_CMD_GET_DEST, NetlinkFlags.Dump, key);
        return Dump(
            (_, payload) => IpvsMessage.ReadDestination(payload, key.AddressFamily),
            "reading the real servers of IPVS service",
            key.ToString());
    }

    /// <summary>Adds a service.</summary>
    /// <param name="service">The service; its counters are not sent.</param>
    /// <exception cref="NetlinkException">EEXIST: its key is there; ENOENT: the kernel has no such scheduler or persistence
    /// engine.</exception>
    public void AddService(IpvsService service) => Do(IpvsCommand.AddService(service));

    /// <summary>
    /// Changes scheduler, flags, timeout, netmask and persistence engine of a service. Its real servers and connections stay.
    /// </summary>
    /// <param name="service">The service; its counters are not sent.</param>
    /// <exception cref="NetlinkException">ESRCH: it is not there; ENOENT: the kernel has no such scheduler or persistence
    /// engine.</exception>
    public void SetService(IpvsService service) => Do(IpvsCommand.SetService(service));

    /// <summary>Removes a service with its real servers.</summary>
    /// <param name="key">What identifies it.</param>
    /// <returns>False: it was not there.</returns>
    public bool DeleteService(IpvsServiceKey key) => DoUnless(IpvsCommand.DeleteService(key), Errno.ESRCH, Errno.ESRCH);

    /// <summary>Adds a real server at the service's end.</summary>
    /// <param name="key">What identifies the service.</param>
    /// <param name="destination">The real server; its counters are not sent.</param>
    /// <exception cref="NetlinkException">EEXIST: its address and port are there; ESRCH: the service is not; ERANGE, EINVAL: a value is
    /// refused.</exception>
    public void AddDestination(IpvsServiceKey key, IpvsDestination destination) => Do(IpvsCommand.AddDestination(key, destination));

    /// <summary>Changes forwarding method, weight, thresholds and tunnel of a real server. Its connections stay.</summary>
    /// <param name="key">What identifies the service.</param>
    /// <param name="destination">The real server; its counters are not sent.</param>
    /// <exception cref="NetlinkException">ENOENT: its address and port are not there; ESRCH: the service is not; ERANGE, EINVAL: a value
    /// is refused.</exception>
    public void SetDestination(IpvsServiceKey key, IpvsDestination destination) => Do(IpvsCommand.SetDestination(key, destination));

    /// <summary>Removes a real server.</summary>
    /// <param name="key">What identifies the service.</param>
    /// <param name="destination">The real server: its address and port count.</param>
    /// <returns>False: it, or the service, was not there.</returns>
    public bool DeleteDestination(IpvsServiceKey key, IpvsDestination destination) =>
        DoUnless(IpvsCommand.DeleteDestination(key, destination), Errno.ENOENT, Errno.ESRCH);

    /// <summary>Carries commands out in order, many in one system call. One that fails does not stop the others.</summary>
    /// <param name="commands">The commands.</param>
    /// <returns>How each ended, in their order.</returns>
    /// <exception cref="NetlinkException">The conversation itself failed; which commands were carried out is then unknown: read the
    /// table.</exception>
    public IReadOnlyList<IpvsCommandResult> Apply(IReadOnlyList<IpvsCommand> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var ended = new IpvsCommandResult[commands.Count];
        for (int done = 0; done < commands.Count;)
        {
            int count = Math.Min(ApplyAtOnce, commands.Count - done);
            batch.Clear();
            for (int i = 0; i < count; i++) Append(commands[done + i]);
            socket.Execute(batch, results);
            for (int i = 0; i < count; i++)
                ended[done + i] = new IpvsCommandResult(commands[done + i], results[i].Errno, results[i].ExtendedAck);
            done += count;
        }

        return ended;
    }

    /// <summary>Removes all services of the network namespace (ipvsadm -C).</summary>
    public void Flush() => Bare(IPVS_CMD_FLUSH, "removing all IPVS services");

    /// <summary>Sets the counters of all services and real servers to zero (ipvsadm -Z).</summary>
    public void Zero() => Bare(IPVS_CMD_ZERO, "zeroing the counters of IPVS");

    /// <summary>The daemons that synchronize connections (ipvsadm -L --daemon).</summary>
    public IReadOnlyList<IpvsDaemon> GetDaemons()
    {
        Begin(IPVS_CMD_GET_DAEMON, NetlinkFlags.Dump);
        return Dump((_, payload) => IpvsDaemonMessage.Read(payload), "reading the IPVS sync daemons", null);
    }

    /// <summary>Starts a daemon (ipvsadm --start-daemon).</summary>
    /// <param name="daemon">The daemon.</param>
    /// <exception cref="NetlinkException">EEXIST: one of the role runs already; ENODEV: there is no such interface.</exception>
    public void StartDaemon(IpvsDaemon daemon)
    {
        ArgumentNullException.ThrowIfNull(daemon);
        BeginDaemon(IPVS_CMD_NEW_DAEMON, (ref AttributeWriter w) => IpvsDaemonMessage.Write(ref w, daemon));
        NetlinkResult result = ExecuteFirst();
        if (!result.Succeeded) throw IpvsErrors.Of(daemon, result.Errno, result.ExtendedAck);
    }

    /// <summary>Stops a daemon (ipvsadm --stop-daemon); when this returns it has ended.</summary>
    /// <param name="role">Its role.</param>
    /// <returns>False: it did not run.</returns>
    public bool StopDaemon(IpvsDaemonRole role)
    {
        BeginDaemon(IPVS_CMD_DEL_DAEMON, (ref AttributeWriter w) => IpvsDaemonMessage.WriteRole(ref w, role));

        // Where it is stopped before its thread has run for the first time, this ends with EINTR, and of a request that ends so netlink says nothing, not even that it
        // has ended. What is acknowledged is therefore a message after it.
        batch.End(batch.Begin(linux_netlink.NLMSG_NOOP, NetlinkFlags.None, 0));
        NetlinkResult result = ExecuteFirst();
        if (result.Errno == Errno.ESRCH) return false;
        return result.Succeeded ? true : throw Failure("stopping the IPVS sync daemon", role.ToString(), result);
    }

    /// <summary>The idle times of connections (ipvsadm -L --timeout).</summary>
    public IpvsTimeouts GetTimeouts()
    {
        Begin(IPVS_CMD_GET_CONFIG, NetlinkFlags.None);
        return Get(ReadTimeouts, "reading the timeouts of IPVS").Value;
    }

    /// <summary>Sets idle times of connections (ipvsadm --set).</summary>
    /// <param name="timeouts">Seconds; 0 keeps a value.</param>
    public void SetTimeouts(IpvsTimeouts timeouts)
    {
        batch.Clear();
        AttributeWriter writer = batch.Begin(family, NetlinkFlags.None);
        writer.Header(new genlmsghdr { cmd = IPVS_CMD_SET_CONFIG, version = IPVS_GENL_VERSION });
        writer.U32(IPVS_CMD_ATTR_TIMEOUT_TCP, timeouts.Tcp);
        writer.U32(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, timeouts.TcpFin);
        writer.U32(IPVS_CMD_ATTR_TIMEOUT_UDP, timeouts.Udp);
        batch.End(writer);
        Execute("setting the timeouts of IPVS");
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private static IpvsInfo? ReadInfo(ushort type, ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out genlmsghdr _);
        uint version = 0;
        uint size = 0;
        while (reader.Next())
        {
            if (reader.Type == IPVS_INFO_ATTR_VERSION) version = reader.U32();
            else if (reader.Type == IPVS_INFO_ATTR_CONN_TAB_SIZE) size = reader.U32();
        }

        reader.ThrowIfMalformed("reading the version of IPVS");
        return new IpvsInfo(new Version((int)(version >> 16 & 0xff), (int)(version >> 8 & 0xff), (int)(version & 0xff)), size);
    }

    private static Boxed<IpvsTimeouts>? ReadTimeouts(ushort type, ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out genlmsghdr _);
        IpvsTimeouts timeouts = default;
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IPVS_CMD_ATTR_TIMEOUT_TCP:
                    timeouts = timeouts with { Tcp = reader.U32() };
                    break;
                case IPVS_CMD_ATTR_TIMEOUT_TCP_FIN:
                    timeouts = timeouts with { TcpFin = reader.U32() };
                    break;
                case IPVS_CMD_ATTR_TIMEOUT_UDP:
                    timeouts = timeouts with { Udp = reader.U32() };
                    break;
            }
        }

        reader.ThrowIfMalformed("reading the timeouts of IPVS");
        return new Boxed<IpvsTimeouts>(timeouts);
    }

    private void Begin(byte command, NetlinkFlags flags, IpvsServiceKey? key = null)
    {
        if (key == default(IpvsServiceKey)) throw new ArgumentException("The key names no service.", nameof(key));
        batch.Clear();
        AttributeWriter writer = batch.Begin(family, flags);
        writer.Header(new genlmsghdr { cmd = command, version = IPVS_GENL_VERSION });
        if (key is { } service) IpvsMessage.WriteService(ref writer, service, null);
        batch.End(writer);
    }

    private void Append(IpvsCommand command)
    {
        AttributeWriter writer = batch.Begin(family, NetlinkFlags.None, 512);
        IpvsMessage.WriteCommand(ref writer, command);
        batch.End(writer);
    }

    private void BeginDaemon(byte command, WriteAttributes write)
    {
        batch.Clear();
        AttributeWriter writer = batch.Begin(family, NetlinkFlags.None);
        writer.Header(new genlmsghdr { cmd = command, version = IPVS_GENL_VERSION });
        write(ref writer);
        batch.End(writer);
    }

    private NetlinkResult ExecuteFirst()
    {
        socket.Execute(batch, results);
        return results[0];
    }

    private T Get<T>(NetlinkDecoder<T> decode, string operation) where T : class
    {
        T? answer = socket.Get(batch, decode, out NetlinkResult result);
        if (!result.Succeeded) throw Failure(operation, null, result);
        return answer ?? throw new NetlinkException($"{operation}: the kernel answered something else", null, 0);
    }

    private IReadOnlyList<T> Dump<T>(NetlinkDecoder<T> decode, string operation, string? objectName) where T : class
    {
        IReadOnlyList<T> table = socket.Dump(batch, decode, out NetlinkResult result);
        return result.Succeeded ? table : throw Failure(operation, objectName, result);
    }

    private void Bare(byte command, string operation)
    {
        Begin(command, NetlinkFlags.None);
        Execute(operation);
    }

    private void Execute(string operation)
    {
        if (socket.Execute(batch, results) > 0) throw Failure(operation, null, results[0]);
    }

    private void Do(IpvsCommand command)
    {
        if (One(command) is var result && !result.Succeeded) throw IpvsErrors.Of(command, result.Errno, result.ExtendedAck);
    }

    private bool DoUnless(IpvsCommand command, int absent, int alsoAbsent)
    {
        NetlinkResult result = One(command);
        if (result.Errno == absent || result.Errno == alsoAbsent) return false;
        return result.Succeeded ? true : throw IpvsErrors.Of(command, result.Errno, result.ExtendedAck);
    }

    private NetlinkResult One(IpvsCommand command)
    {
        batch.Clear();
        Append(command);
        return ExecuteFirst();
    }

    private static NetlinkException Failure(string operation, string? objectName, NetlinkResult result) =>
        new(operation, objectName, result.Errno, result.ExtendedAck);

    private delegate void WriteAttributes(ref AttributeWriter writer);

    private sealed record Boxed<T>(T Value);
}
