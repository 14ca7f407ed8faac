using static HaTools.Netlink.linux_ip_vs;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>A way to the kernel that notes which of IPVS's commands and attributes go over it, by their numbers: "SVC 3".</summary>
internal sealed class TappedTransport(INetlinkTransport kernel) : INetlinkTransport
{
    private const ushort Controller = 16;

    public SortedSet<string> Sent { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Received { get; } = new(StringComparer.Ordinal);

    /// <summary>How many bytes each address had.</summary>
    public SortedSet<int> AddressLengths { get; } = [];

    public uint PortId => kernel.PortId;

    public int Send(ReadOnlySpan<byte> datagram)
    {
        Note(datagram, Sent);
        return kernel.Send(datagram);
    }

    public int Receive(Span<byte> buffer)
    {
        int length = kernel.Receive(buffer);
        if (length > 0) Note(buffer[..length], Received);
        return length;
    }

    public void Dispose() => kernel.Dispose();

    private void Note(ReadOnlySpan<byte> datagram, SortedSet<string> into)
    {
        var reader = new MessageReader(datagram);
        while (reader.Next())
        {
            if (reader.Type <= Controller) continue;
            AttributeReader attributes = AttributeReader.Read(reader.Payload, out genlmsghdr header);
            into.Add($"CMD {header.cmd}");
            bool isInfo = header.cmd == IPVS_CMD_SET_INFO;
            while (attributes.Next())
            {
                into.Add($"{(isInfo ? "INFO" : "ATTR")} {attributes.Type}");
                string? nest = isInfo ? null : attributes.Type switch
                {
                    IPVS_CMD_ATTR_SERVICE => "SVC",
                    IPVS_CMD_ATTR_DEST => "DEST",
                    IPVS_CMD_ATTR_DAEMON => "DAEMON",
                    _ => null,
                };
                if (nest is not null) NoteNested(ref attributes, nest, into);
            }
        }
    }

    private void NoteNested(ref AttributeReader reader, string nest, SortedSet<string> into)
    {
        AttributeReader.Place outer = reader.Enter();
        while (reader.Next())
        {
            into.Add($"{nest} {reader.Type}");
            switch ((nest, reader.Type))
            {
                case ("SVC", IPVS_SVC_ATTR_ADDR) or ("DEST", IPVS_DEST_ATTR_ADDR):
                    AddressLengths.Add(reader.Value.Length);
                    break;
                case ("SVC", IPVS_SVC_ATTR_STATS) or ("DEST", IPVS_DEST_ATTR_STATS):
                    NoteNested(ref reader, "STATS", into);
                    break;
                case ("SVC", IPVS_SVC_ATTR_STATS64) or ("DEST", IPVS_DEST_ATTR_STATS64):
                    NoteNested(ref reader, "STATS64", into);
                    break;
            }
        }

        reader.Leave(outer);
    }
}
