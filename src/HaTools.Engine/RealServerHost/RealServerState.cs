using System.Text.Json.Serialization;
using HaTools.Engine.HostState;

namespace HaTools.Engine.RealServerHost;

/// <summary>What was changed on the host to make it a real server.</summary>
internal sealed record RealServerState : RememberedState
{
    /// <summary>Kernel parameters by path.</summary>
    public Dictionary<string, SysctlChange> Sysctls { get; init; } = [];

    /// <summary>Addresses on lo that we have put there.</summary>
    public List<string> Addresses { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Sysctls.Count == 0 && Addresses.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static RealServerState Load(string path, Action<string>? tell = null) => StateFile.Load(
        path, static () => RealServerJson.Default.RealServerState, (boot, ns) => new RealServerState { Boot = boot, Namespace = ns }, tell);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, RealServerJson.Default.RealServerState, this);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RealServerState))]
internal sealed partial class RealServerJson : JsonSerializerContext;
