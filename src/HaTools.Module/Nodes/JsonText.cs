using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace HaTools.Module.Nodes;

/// <summary>The native document as JSON: the same nodes, with plain scalars resolved by YAML 1.2's core schema.</summary>
internal static class JsonText
{
    public static string FromYaml(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        using var bytes = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(bytes, options))
        {
            Write(json, stream.Documents.Count == 0 ? new YamlMappingNode() : stream.Documents[0].RootNode);
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                json.WriteStartObject();
                foreach ((YamlNode key, YamlNode value) in map.Children)
                {
                    json.WritePropertyName(((YamlScalarNode)key).Value ?? "");
                    Write(json, value);
                }
                json.WriteEndObject();
                break;
            case YamlSequenceNode list:
                json.WriteStartArray();
                foreach (YamlNode item in list.Children) Write(json, item);
                json.WriteEndArray();
                break;
            case YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any } plain:
                WritePlain(json, plain.Value ?? "");
                break;
            case YamlScalarNode scalar:
                json.WriteStringValue(scalar.Value);
                break;
            default:
                throw new InvalidOperationException($"A configuration holds no YAML {node.NodeType}.");
        }
    }

    private static void WritePlain(Utf8JsonWriter json, string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": json.WriteNullValue(); break;
            case "true" or "True" or "TRUE": json.WriteBooleanValue(true); break;
            case "false" or "False" or "FALSE": json.WriteBooleanValue(false); break;
            // Written back as it was read if it is a number in JSON's own grammar; else (0x10, .5, 1_000) it stays text.
            default:
                if (IsNumber(text)) json.WriteRawValue(text);
                else json.WriteStringValue(text);
                break;
        }
    }

    private static bool IsNumber(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
            return false;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.BytesConsumed == text.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
