using HaTools.Linux;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>The daemons that synchronize connections.</summary>
public sealed partial class IpvsClient
{
    /// <summary>The daemons that synchronize connections (ipvsadm -L --daemon).</summary>
    public IReadOnlyList<IpvsDaemon> GetDaemons()
    {
        Begin(IPVS_CMD_GET_DAEMON, NetlinkFlags.Dump);
        IReadOnlyList<IpvsDaemon> daemons = socket.Dump(batch, (_, payload) => IpvsDaemonMessage.Read(payload), out NetlinkResult result);
        return result.Succeeded ? daemons : throw Failure("reading the IPVS sync daemons", null, result);
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

    private void BeginDaemon(byte command, WriteAttributes write)
    {
        batch.Clear();
        AttributeWriter writer = batch.Begin(family, NetlinkFlags.None);
        writer.Header(new genlmsghdr { cmd = command, version = IPVS_GENL_VERSION });
        write(ref writer);
        batch.End(writer);
    }

    private delegate void WriteAttributes(ref AttributeWriter writer);
}
