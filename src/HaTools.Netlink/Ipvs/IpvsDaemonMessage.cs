using System.Net;
using System.Net.Sockets;
using System.Text;
using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>The attributes of a sync daemon, both ways. Unlike a service's, its port is in the host's byte order.</summary>
internal static class IpvsDaemonMessage
{
    public static void Write(ref AttributeWriter writer, IpvsDaemon daemon)
    {
        int nest = writer.BeginNested(IPVS_CMD_ATTR_DAEMON);
        writer.U32(IPVS_DAEMON_ATTR_STATE, (uint)daemon.Role);
        writer.String(IPVS_DAEMON_ATTR_MCAST_IFN, daemon.Interface);
        writer.U32(IPVS_DAEMON_ATTR_SYNC_ID, (uint)daemon.SyncId);
        if (daemon.MaximumLength != 0) writer.U16(IPVS_DAEMON_ATTR_SYNC_MAXLEN, (ushort)daemon.MaximumLength);
        if (daemon.Group is { } group)
        {
            bool six = group.AddressFamily == AddressFamily.InterNetworkV6;
            writer.Bytes(six ? IPVS_DAEMON_ATTR_MCAST_GROUP6 : IPVS_DAEMON_ATTR_MCAST_GROUP, group.GetAddressBytes());
        }

        if (daemon.Port != 0) writer.U16(IPVS_DAEMON_ATTR_MCAST_PORT, (ushort)daemon.Port);
        if (daemon.Ttl != 0) writer.U8(IPVS_DAEMON_ATTR_MCAST_TTL, (byte)daemon.Ttl);
        writer.EndNested(nest);
    }

    public static void WriteRole(ref AttributeWriter writer, IpvsDaemonRole role)
    {
        int nest = writer.BeginNested(IPVS_CMD_ATTR_DAEMON);
        writer.U32(IPVS_DAEMON_ATTR_STATE, (uint)role);
        writer.EndNested(nest);
    }

    /// <summary>Reads an answer to GET_DAEMON. Null: it is another message.</summary>
    /// <exception cref="NetlinkException">It is malformed.</exception>
    public static IpvsDaemon? Read(ReadOnlySpan<byte> payload)
    {
        AttributeReader reader = AttributeReader.Read(payload, out genlmsghdr _);
        IpvsDaemon? daemon = null;
        while (reader.Next())
        {
            if (reader.Type != IPVS_CMD_ATTR_DAEMON) continue;
            AttributeReader.Place outer = reader.Enter();
            daemon = ReadAttributes(ref reader);
            reader.Leave(outer);
        }

        reader.ThrowIfMalformed("reading an IPVS sync daemon");
        return daemon;
    }

    private static IpvsDaemon? ReadAttributes(ref AttributeReader reader)
    {
        var daemon = new IpvsDaemon { Role = 0, Interface = "" };
        uint id = 0;
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IPVS_DAEMON_ATTR_STATE:
                    daemon = daemon with { Role = (IpvsDaemonRole)reader.U32() };
                    break;
                case IPVS_DAEMON_ATTR_MCAST_IFN:
                    daemon = daemon with { Interface = reader.String() };
                    break;
                case IPVS_DAEMON_ATTR_SYNC_ID:
                    id = reader.U32();
                    break;
                case IPVS_DAEMON_ATTR_SYNC_MAXLEN:
                    daemon = daemon with { MaximumLength = reader.U16() };
                    break;
                case IPVS_DAEMON_ATTR_MCAST_GROUP when reader.Value.Length == 4:
                case IPVS_DAEMON_ATTR_MCAST_GROUP6 when reader.Value.Length == 16:
                    daemon = daemon with { Group = new IPAddress(reader.Value) };
                    break;
                case IPVS_DAEMON_ATTR_MCAST_PORT:
                    daemon = daemon with { Port = reader.U16() };
                    break;
                case IPVS_DAEMON_ATTR_MCAST_TTL:
                    daemon = daemon with { Ttl = reader.U8() };
                    break;
            }
        }

        if (reader.Error != AttributeError.None) return null;
        if (daemon.Role is IpvsDaemonRole.Master or IpvsDaemonRole.Backup && id <= byte.MaxValue
            && daemon.Interface.Length > 0 && Encoding.UTF8.GetByteCount(daemon.Interface) < IP_VS_IFNAME_MAXLEN)
            return daemon with { SyncId = (int)id };
        reader.Invalid();
        return null;
    }
}
