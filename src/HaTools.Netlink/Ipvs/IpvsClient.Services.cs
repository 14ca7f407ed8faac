using HaTools.Linux;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>Services and real servers.</summary>
public sealed partial class IpvsClient
{
    /// <summary>One service, with its counters; null: it is not there.</summary>
    /// <param name="key">What identifies it.</param>
    public IpvsService? FindService(IpvsServiceKey key)
    {
        Begin(IPVS_CMD_GET_SERVICE, NetlinkFlags.None, key);
        IpvsService? service = socket.Get(batch, (_, payload) => IpvsMessage.ReadService(payload), out NetlinkResult result);
        if (result.Errno == Errno.ESRCH) return null;
        return result.Succeeded ? service : throw Failure("reading IPVS service", key.ToString(), result);
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

    /// <summary>
    /// Adds a real server at the head of the service's list: the newest comes first when it is read. Schedulers that go by the list (rr,
    /// mh and others) depend on that order.
    /// </summary>
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

    private void Append(IpvsCommand command)
    {
        AttributeWriter writer = batch.Begin(family, NetlinkFlags.None, 512);
        IpvsMessage.WriteCommand(ref writer, command);
        batch.End(writer);
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
}
