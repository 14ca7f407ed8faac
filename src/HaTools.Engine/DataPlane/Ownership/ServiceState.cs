using System.Text.Json.Serialization;
using HaTools.Engine.HostState;

namespace HaTools.Engine.DataPlane;

/// <summary>The services in the plane that are a node's own.</summary>
internal sealed record ServiceState : RememberedState
{
    /// <summary>Their keys, as <see cref="ServiceKey.ToString"/> writes them.</summary>
    public List<string> Services { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Services.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static ServiceState Load(string path, Action<string>? tell = null) => StateFile.Load(
        path, static () => ServiceStateJson.Default.ServiceState, (boot, ns) => new ServiceState { Boot = boot, Namespace = ns }, tell, tellStale: true);

    /// <inheritdoc cref="StateFile.Peek"/>
    public static ServiceState? Peek(string path) => StateFile.Peek(path, ServiceStateJson.Default.ServiceState);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, ServiceStateJson.Default.ServiceState, this);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServiceState))]
internal sealed partial class ServiceStateJson : JsonSerializerContext;
