using System.Text.Json;
using HaTools.Netlink.Ipvs;

namespace HaTools.Node.Views.Ipvs;

/// <summary>
/// The table as JSON: what ipvsadm has no form for. An array of services; numbers are in full, times in seconds, and what is at its default
/// of "none" is left out.
/// </summary>
internal static class TableJson
{
    public static void Write(IReadOnlyList<IpvsTableEntry> table, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (IpvsTableEntry entry in table) Write(json, entry);
            json.WriteEndArray();
        }

        output.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, IpvsTableEntry entry)
    {
        IpvsService service = entry.Service;
        json.WriteStartObject();
        json.WriteString("id", service.Key.ToString());
        json.WriteString("scheduler", service.Scheduler);
        IpvsServiceFlags flags = service.Flags & ~IpvsServiceFlags.Persistent;
        if (flags != IpvsServiceFlags.None) Write(json, "flags", $"{flags}");
        if ((service.Flags & IpvsServiceFlags.Persistent) != 0)
        {
            json.WriteNumber("persistence", service.Timeout);
            if (service.Netmask is { } mask) json.WriteString("netmask", mask.ToString());
            if (service.PersistenceEngine is { } engine) json.WriteString("persistenceEngine", engine);
        }

        StatisticsJson.Write(json, service.Statistics);
        json.WriteStartArray("realServers");
        foreach (IpvsDestination server in entry.Destinations) Write(json, server);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IpvsDestination server)
    {
        json.WriteStartObject();
        json.WriteString("id", server.ToString());
        json.WriteString("forwarding", server.ForwardingMethod.ToString());
        json.WriteNumber("weight", server.Weight);
        if (server.UpperThreshold != 0) json.WriteNumber("upperThreshold", server.UpperThreshold);
        if (server.LowerThreshold != 0) json.WriteNumber("lowerThreshold", server.LowerThreshold);
        if (server.ForwardingMethod == IpvsForwardingMethod.Tunnel)
        {
            json.WriteString("tunnel", server.TunnelType.ToString());
            if (server.TunnelPort != 0) json.WriteNumber("tunnelPort", server.TunnelPort);
            if (server.TunnelFlags != IpvsTunnelFlags.None) Write(json, "tunnelFlags", $"{server.TunnelFlags}");
        }

        json.WriteNumber("activeConnections", server.ActiveConnections);
        json.WriteNumber("inactiveConnections", server.InactiveConnections);
        json.WriteNumber("persistentConnections", server.PersistentConnections);
        StatisticsJson.Write(json, server.Statistics);
        json.WriteEndObject();
    }

    /// <summary>Flags as an array of their names.</summary>
    private static void Write(Utf8JsonWriter json, string name, string flags)
    {
        json.WriteStartArray(name);
        foreach (string flag in flags.Split(", ")) json.WriteStringValue(flag);
        json.WriteEndArray();
    }
}
