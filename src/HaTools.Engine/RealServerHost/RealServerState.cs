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

    /// <summary>Interfaces of tunnels that we have set up, or made.</summary>
    public Dictionary<string, TunnelChange> Tunnels { get; init; } = [];

    /// <summary>GUE's ports that we have opened.</summary>
    public List<RememberedPort> Ports { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Sysctls.Count == 0 && Addresses.Count == 0 && Tunnels.Count == 0 && Ports.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static RealServerState Load(string path, Action<string>? tell = null) => StateFile.Load(
        path, static () => RealServerJson.Default.RealServerState, (boot, ns) => new RealServerState { Boot = boot, Namespace = ns }, tell);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, RealServerJson.Default.RealServerState, this);
}

/// <summary>A UDP port that was opened.</summary>
/// <param name="Port">The port.</param>
/// <param name="OverIpv6">Whether it is of IPv6; else of IPv4.</param>
internal sealed record RememberedPort(int Port, bool OverIpv6);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RealServerState))]
internal sealed partial class RealServerJson : JsonSerializerContext;
