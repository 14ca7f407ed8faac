using System.Text.Json.Serialization;

namespace HaTools.Engine.HostState;

/// <summary>Kernel parameters that are changed on the host, and nothing else with them.</summary>
internal sealed record SysctlState : RememberedState
{
    /// <summary>The parameters, by path.</summary>
    public Dictionary<string, SysctlChange> Sysctls { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Sysctls.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static SysctlState Load(string path, Action<string>? tell = null) =>
        StateFile.Load(path, static () => SysctlJson.Default.SysctlState, (boot, ns) => new SysctlState { Boot = boot, Namespace = ns }, tell);

    /// <inheritdoc cref="StateFile.Peek"/>
    public static SysctlState? Peek(string path) => StateFile.Peek(path, SysctlJson.Default.SysctlState);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, SysctlJson.Default.SysctlState, this);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SysctlState))]
internal sealed partial class SysctlJson : JsonSerializerContext;
