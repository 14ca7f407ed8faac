using System.Text.Json;
using HaTools.Netlink.Ipvs;

namespace HaTools.Node.Views.Ipvs;

/// <summary>What all services have counted together.</summary>
internal static class TotalsView
{
    public static void Write(IpvsStatistics totals, IReadOnlyList<IpvsProcessorTotals> processors, TextWriter output)
    {
        Row(output, "", "Conns", "InPkts", "OutPkts", "InBytes", "OutBytes");
        Row(output, "since the last zeroing", totals.Connections, totals.IncomingPackets, totals.OutgoingPackets, totals.IncomingBytes, totals.OutgoingBytes);
        Row(
            output, "per second", totals.ConnectionRate, totals.IncomingPacketRate, totals.OutgoingPacketRate, totals.IncomingByteRate,
            totals.OutgoingByteRate);
        foreach ((int processor, IpvsStatistics s) in processors)
            Row(output, $"processor {processor}", s.Connections, s.IncomingPackets, s.OutgoingPackets, s.IncomingBytes, s.OutgoingBytes);
    }

    public static void WriteJson(IpvsStatistics totals, IReadOnlyList<IpvsProcessorTotals> processors, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            StatisticsJson.Write(json, totals);
            if (processors.Count > 0) json.WriteStartArray("processors");
            foreach ((int processor, IpvsStatistics statistics) in processors)
            {
                json.WriteStartObject();
                json.WriteNumber("processor", processor);
                StatisticsJson.WriteCounters(json, statistics);
                json.WriteEndObject();
            }

            if (processors.Count > 0) json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void Row<T>(TextWriter output, string name, T connections, T packetsIn, T packetsOut, T bytesIn, T bytesOut) =>
        output.WriteLine($"{name,-23} {connections,12} {packetsIn,14} {packetsOut,14} {bytesIn,18} {bytesOut,18}");
}
