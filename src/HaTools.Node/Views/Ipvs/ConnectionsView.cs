using System.Globalization;
using System.Text.Json;
using HaTools.Netlink.Ipvs;

namespace HaTools.Node.Views.Ipvs;

/// <summary>Connections, line by line as they come.</summary>
internal static class ConnectionsView
{
    public static void Write(IEnumerable<IpvsConnection> connections, bool origins, TextWriter output)
    {
        output.WriteLine($"{"PROTO",-5} {"EXPIRES",8}  {"STATE",-12} {(origins ? $"{"ORIGIN",-7} " : "")}{"CLIENT",-21} {"VIRTUAL",-21} REAL SERVER");
        foreach (IpvsConnection c in connections)
        {
            string engine = c.PersistenceEngine is { } name ? $" {name} {c.PersistenceData}" : "";
            string origin = origins ? $"{c.Origin,-7} " : "";
            output.WriteLine($"{Protocol(c),-5} {Time(c.Expires),8}  {State(c),-12} {origin}{c.Client,-21} {Virtual(c),-21} {c.Destination}{engine}");
        }
    }

    public static void WriteJson(IEnumerable<IpvsConnection> connections, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer);
        string before = "[\n";
        foreach (IpvsConnection c in connections)
        {
            json.WriteStartObject();
            json.WriteString("protocol", Protocol(c));
            json.WriteString("client", c.Client.ToString());
            json.WriteString("virtual", Virtual(c));
            json.WriteString("realServer", c.Destination.ToString());
            json.WriteString("state", c.State.ToString());
            json.WriteBoolean("template", c.IsTemplate);
            json.WriteNumber("expires", c.Expires);
            if (c.Origin != IpvsConnectionOrigin.Unknown) json.WriteString("origin", c.Origin.ToString());
            if (c.PersistenceEngine is { } engine) json.WriteString("persistenceEngine", engine);
            if (c.PersistenceData is { } data) json.WriteString("persistenceData", data);
            json.WriteEndObject();
            json.Flush();
            output.Write(before);
            output.Write(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
            before = ",\n";
            buffer.SetLength(0);
            json.Reset();
        }

        output.WriteLine(before == "[\n" ? "[]" : "\n]");
    }

    private static string Protocol(IpvsConnection connection) =>
        connection.Protocol == IpvsProtocol.None ? "mark" : connection.Protocol.ToString().ToLowerInvariant();

    private static string Virtual(IpvsConnection connection) => connection.Virtual?.ToString() ?? $"fwmark {connection.FirewallMark}";

    private static string State(IpvsConnection connection) => connection.IsTemplate ? $"Template{(connection.State == IpvsConnectionState.Assured ? "+" : "")}" : connection.State.ToString();

    private static string Time(uint seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:00}:{seconds % 60:00}");
}
