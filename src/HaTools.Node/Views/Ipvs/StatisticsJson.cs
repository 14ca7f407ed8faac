using System.Text.Json;
using HaTools.Netlink.Ipvs;

namespace HaTools.Node.Views.Ipvs;

/// <summary>Counters and rates as JSON, in full.</summary>
internal static class StatisticsJson
{
    public static void Write(Utf8JsonWriter json, IpvsStatistics statistics)
    {
        json.WriteStartObject("statistics");
        WriteCounters(json, statistics);
        json.WriteNumber("connectionRate", statistics.ConnectionRate);
        json.WriteNumber("incomingPacketRate", statistics.IncomingPacketRate);
        json.WriteNumber("outgoingPacketRate", statistics.OutgoingPacketRate);
        json.WriteNumber("incomingByteRate", statistics.IncomingByteRate);
        json.WriteNumber("outgoingByteRate", statistics.OutgoingByteRate);
        json.WriteEndObject();
    }

    public static void WriteCounters(Utf8JsonWriter json, IpvsStatistics statistics)
    {
        json.WriteNumber("connections", statistics.Connections);
        json.WriteNumber("incomingPackets", statistics.IncomingPackets);
        json.WriteNumber("outgoingPackets", statistics.OutgoingPackets);
        json.WriteNumber("incomingBytes", statistics.IncomingBytes);
        json.WriteNumber("outgoingBytes", statistics.OutgoingBytes);
    }
}
