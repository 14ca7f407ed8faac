using System.Text.Json.Serialization;
using HaTools.Engine.HostState;

namespace HaTools.Engine.DataPlane;

/// <summary>The drains that are under way, for the successor of an engine that was killed. The clock of their times goes on within a boot.</summary>
internal sealed record DrainMemory : RememberedState
{
    /// <summary>The drains.</summary>
    public List<RememberedDrain> Drains { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Drains.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static DrainMemory Load(string path, Action<string>? tell = null) =>
        StateFile.Load(path, static () => DrainJson.Default.DrainMemory, (boot, ns) => new DrainMemory { Boot = boot, Namespace = ns }, tell);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, DrainJson.Default.DrainMemory, this);
}

/// <summary>A drain.</summary>
/// <param name="Service">As <see cref="ServiceKey.ToString"/>.</param>
/// <param name="Server">As <see cref="DestinationKey.ToString"/>.</param>
/// <param name="Cause">Why.</param>
/// <param name="Remove">Whether the server is taken out at the end.</param>
/// <param name="Began">When, in ns of CLOCK_MONOTONIC.</param>
/// <param name="Deadline">The end in any case; null: none.</param>
/// <param name="Phase">How far it is.</param>
internal sealed record RememberedDrain(string Service, string Server, IpvsDrainCause Cause, bool Remove, long Began, long? Deadline, IpvsDrainPhase Phase)
{
    public static RememberedDrain Of(ServiceKey service, DestinationKey server, DrainState drain) =>
        new(service.ToString(), server.ToString(), drain.Cause, drain.Remove, drain.Began, drain.Deadline, drain.Phase);

    public DrainState ToState() => new() { Cause = Cause, Remove = Remove, Began = Began, Deadline = Deadline, Phase = Phase };
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DrainMemory))]
internal sealed partial class DrainJson : JsonSerializerContext;
