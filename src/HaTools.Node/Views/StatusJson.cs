using System.Text.Json.Serialization;

namespace HaTools.Node.Views;

/// <summary>The JSON of <c>hanode status --json</c>: the same names as on the control socket, indented for people.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(List<HaNodeStatus>))]
internal sealed partial class StatusJson : JsonSerializerContext;
