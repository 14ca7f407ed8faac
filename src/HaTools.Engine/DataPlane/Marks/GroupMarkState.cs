using System.Text.Json.Serialization;
using HaTools.Engine.HostState;

namespace HaTools.Engine.DataPlane;

/// <summary>The marks that groups have, and the table of nftables that sets them (<c>NODE.marks.json</c>).</summary>
internal sealed record GroupMarkState : RememberedState
{
    /// <summary>By protocol and name of the group.</summary>
    public Dictionary<string, uint> Marks { get; init; } = [];

    /// <summary>The names of the tables that we have made.</summary>
    public List<string> Tables { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Marks.Count == 0 && Tables.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static GroupMarkState Load(string path, Action<string>? tell = null) => StateFile.Load(
        path, static () => GroupMarkJson.Default.GroupMarkState, (boot, ns) => new GroupMarkState { Boot = boot, Namespace = ns }, tell);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, GroupMarkJson.Default.GroupMarkState, this);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GroupMarkState))]
internal sealed partial class GroupMarkJson : JsonSerializerContext;
