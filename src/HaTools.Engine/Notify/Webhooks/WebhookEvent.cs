using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HaTools.Engine.Notify.Webhooks;

/// <summary>Writes what a webhook is told, pure; docs/configuration.md says what its members mean.</summary>
internal static class WebhookEvent
{
    // No page of HTML will hold it: a time's + stays one.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="sequence">Its number, from 1.</param>
    /// <param name="time">When it happened.</param>
    /// <param name="node">The node's router id.</param>
    /// <param name="told">What it happened to.</param>
    /// <param name="news">What happened.</param>
    public static byte[] Write(long sequence, DateTimeOffset time, string node, NotifyObject told, in NotifyNews news)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", sequence);
            json.WriteString("time", time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture));
            json.WriteString("node", node);
            json.WriteString("event", Event(news));
            WriteObject(json, told);
            WriteStates(json, told, news);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string Event(in NotifyNews news) => news switch
    {
        { Kind: NotifyKind.LowerPriority } => "lowerPriority",
        { Kind: NotifyKind.MasterPriority or NotifyKind.BackupPriority } => "priority",
        { Kind: NotifyKind.Stop } or { Cause: NotifyCause.Stop } => "stop",
        { Kind: NotifyKind.Deleted } or { Cause: NotifyCause.End } => "removed",
        { Cause: NotifyCause.Begins } => "added",
        _ => "state",
    };

    private static void WriteObject(Utf8JsonWriter json, NotifyObject told)
    {
        switch (told.Key.Owner)
        {
            case NotifyOwner.RealServer:
                json.WriteString("object", "realServer");
                json.WriteString("name", told.Server!.Id);
                json.WriteString("service", told.Configured!.Id);
                break;
            case NotifyOwner.Service:
                json.WriteString("object", "service");
                json.WriteString("name", told.Configured!.Id);
                break;
            default:
                json.WriteString("object", told.Key.Owner == NotifyOwner.Group ? "group" : "instance");
                json.WriteString("name", told.Key.Name);
                break;
        }
    }

    private static void WriteStates(Utf8JsonWriter json, NotifyObject told, in NotifyNews news)
    {
        bool isState = news.Kind is not (NotifyKind.LowerPriority or NotifyKind.MasterPriority or NotifyKind.BackupPriority);
        if (isState) json.WriteString("state", news.Word);
        else WriteWord(json, "state", news.Former);
        WriteWord(json, "formerState", news.Former);
        if (told.Key.Owner == NotifyOwner.Instance) json.WriteNumber("priority", news.Priority);
        else if (told.Key.IsOfHealth) json.WriteNumber("weight", news.Weight);
    }

    private static void WriteWord(Utf8JsonWriter json, string name, NotifyKind? kind)
    {
        if (kind is { } known) json.WriteString(name, new NotifyNews(known, 0).Word);
        else json.WriteNull(name);
    }
}
