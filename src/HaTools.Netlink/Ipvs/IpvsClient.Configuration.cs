using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Ipvs;

/// <summary>What IPVS is, and its timeouts.</summary>
public sealed partial class IpvsClient
{
    /// <summary>IPVS's version and the size of its connection table.</summary>
    public IpvsInfo GetInfo()
    {
        Begin(IPVS_CMD_GET_INFO, NetlinkFlags.None);
        return Get(ReadInfo, "reading the version of IPVS");
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

    private sealed record Boxed<T>(T Value);
}
