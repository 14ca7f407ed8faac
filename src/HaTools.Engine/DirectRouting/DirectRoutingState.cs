using System.Text.Json.Serialization;
using HaTools.Engine.HostState;

namespace HaTools.Engine.DirectRouting;

/// <summary>What direct routing has changed on the host.</summary>
internal sealed record DirectRoutingState : RememberedState
{
    /// <summary>Kernel parameters by path, with the value that they had before.</summary>
    public Dictionary<string, string> Originals { get; init; } = [];

    /// <summary>Addresses on lo that we have put there.</summary>
    public List<string> Addresses { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Originals.Count == 0 && Addresses.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static DirectRoutingState Load(string path, Action<string>? tell = null) => StateFile.Load(
        path, static () => DirectRoutingJson.Default.DirectRoutingState, (boot, ns) => new DirectRoutingState { Boot = boot, Namespace = ns }, tell);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, DirectRoutingJson.Default.DirectRoutingState, this);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DirectRoutingState))]
internal sealed partial class DirectRoutingJson : JsonSerializerContext;
