using System.Text.Json.Serialization;
using HaTools.Engine.HostState;

namespace HaTools.Engine.VirtualInterfaces;

/// <summary>What virtual interfaces and their firewall have changed on the host.</summary>
internal sealed record VirtualInterfaceState : RememberedState
{
    /// <summary>The interfaces that we have made, by name, with their index; 0: it was about to be made.</summary>
    public Dictionary<string, int> Links { get; init; } = [];

    /// <summary>The kernel parameters that we have changed, by path.</summary>
    public Dictionary<string, SysctlChange> Sysctls { get; init; } = [];

    /// <summary>The names of the firewall tables that we have made.</summary>
    public List<string> Tables { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Links.Count == 0 && Sysctls.Count == 0 && Tables.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static VirtualInterfaceState Load(string path, Action<string>? tell = null) => StateFile.Load(
        path, static () => VirtualInterfaceJson.Default.VirtualInterfaceState, (boot, ns) => new VirtualInterfaceState { Boot = boot, Namespace = ns }, tell);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, VirtualInterfaceJson.Default.VirtualInterfaceState, this);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VirtualInterfaceState))]
internal sealed partial class VirtualInterfaceJson : JsonSerializerContext;
