using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaTools.Engine.Control;

/// <summary>A call, as Varlink writes it (varlink.org, "Method Call").</summary>
internal sealed record VarlinkCall
{
    public string? Method { get; init; }

    public JsonElement? Parameters { get; init; }

    /// <summary>Whether the caller takes more than one reply.</summary>
    public bool? More { get; init; }

    /// <summary>Whether the caller wants no reply at all.</summary>
    public bool? Oneway { get; init; }
}

/// <summary>A reply: parameters, or an error with parameters of its own.</summary>
internal sealed record VarlinkReply
{
    public JsonElement? Parameters { get; init; }

    /// <summary>Whether more replies to the same call follow.</summary>
    public bool? Continues { get; init; }

    public string? Error { get; init; }
}

internal sealed record StatusParameters(HaNodeStatus Status);

internal sealed record ConfigurationParameters(ConfigurationText Configuration);

internal sealed record NumberedConfigurationParameters(ConfigurationText Configuration, int Generation);

internal sealed record ApplyParameters(ConfigurationText Configuration, int? Generation = null);

internal sealed record PlanParameters(PlanReply Plan);

internal sealed record AnnounceParameters(string? Instance = null);

internal sealed record AnnouncedParameters(IReadOnlyList<string> Instances);

internal sealed record DrainParameters(string? Service, string? Server, double? Seconds = null, bool Remove = false);

internal sealed record DrainingParameters(IReadOnlyList<string> Meaning);

internal sealed record RestoreParameters(string? Service, string? Server);

internal sealed record MonitorParameters(long Since = 0);

internal sealed record EventParameters(HaEvent Event);

/// <summary>The parameters of every error of io.hatools.Node.</summary>
internal sealed record ErrorParameters(
    string? Message = null, string? Parameter = null, string? Method = null, string? Interface = null, string? Code = null);

internal sealed record InterfaceParameters(string? Interface);

internal sealed record DescriptionParameters(string Description);

internal sealed record ServiceInformation(string Vendor, string Product, string Version, string Url, IReadOnlyList<string> Interfaces);

/// <summary>
/// The JSON of the control socket: camel case, enumerations by name, nothing for null. Written by source generation: no reflection at run
/// time.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(VarlinkCall))]
[JsonSerializable(typeof(VarlinkReply))]
[JsonSerializable(typeof(StatusParameters))]
[JsonSerializable(typeof(ConfigurationParameters))]
[JsonSerializable(typeof(NumberedConfigurationParameters))]
[JsonSerializable(typeof(ApplyParameters))]
[JsonSerializable(typeof(PlanParameters))]
[JsonSerializable(typeof(AnnounceParameters))]
[JsonSerializable(typeof(AnnouncedParameters))]
[JsonSerializable(typeof(DrainParameters))]
[JsonSerializable(typeof(DrainingParameters))]
[JsonSerializable(typeof(RestoreParameters))]
[JsonSerializable(typeof(MonitorParameters))]
[JsonSerializable(typeof(EventParameters))]
[JsonSerializable(typeof(ErrorParameters))]
[JsonSerializable(typeof(InterfaceParameters))]
[JsonSerializable(typeof(DescriptionParameters))]
[JsonSerializable(typeof(ServiceInformation))]
internal sealed partial class ControlJson : JsonSerializerContext;
