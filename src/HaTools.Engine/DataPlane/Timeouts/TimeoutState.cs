using System.Text.Json.Serialization;
using HaTools.Engine.HostState;

namespace HaTools.Engine.DataPlane;

/// <summary>A timeout of the plane's that was changed.</summary>
/// <param name="Original">What it was before us, in seconds.</param>
/// <param name="Ours">What we have set it to.</param>
internal sealed record TimeoutChange(uint Original, uint Ours);

/// <summary>The timeouts of the plane's that are changed.</summary>
internal sealed record TimeoutState : RememberedState
{
    /// <summary>The timeouts, by keepalived's names: tcp, tcpfin, udp.</summary>
    public Dictionary<string, TimeoutChange> Timeouts { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Timeouts.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static TimeoutState Load(string path, Action<string>? tell = null) =>
        StateFile.Load(path, static () => TimeoutJson.Default.TimeoutState, (boot, ns) => new TimeoutState { Boot = boot, Namespace = ns }, tell);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, TimeoutJson.Default.TimeoutState, this);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TimeoutState))]
internal sealed partial class TimeoutJson : JsonSerializerContext;
