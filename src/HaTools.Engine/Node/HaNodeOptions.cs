using HaTools.Configuration;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Logging;

namespace HaTools.Engine;

/// <summary>What a node is started with.</summary>
internal sealed record HaNodeOptions
{
    /// <summary>The directory of the control sockets, unless told otherwise.</summary>
    public const string DefaultRunDirectory = "/run/hatools";

    /// <summary>The name of a node that was given none.</summary>
    public const string DefaultName = "default";

    /// <summary>The node's name: the control socket is called after it. Letters, digits, <c>_ . -</c>; up to 64 characters.</summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>The desired state to begin with.</summary>
    public required HaConfiguration Configuration { get; init; }

    /// <summary>The file that the configuration came from, read again by a reload; null: there is none.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>The language of that file.</summary>
    public ConfigurationFormat ConfigurationFormat { get; init; } = ConfigurationFormat.Auto;

    /// <summary>Whether warnings of that file count as errors when it is read again.</summary>
    public bool Strict { get; init; }

    /// <summary>The kind of host: <c>hanode</c> or <c>pwsh</c>.</summary>
    public string Host { get; init; } = "hanode";

    /// <summary>The directory of sockets, locks and state files.</summary>
    public string RunDirectory { get; init; } = DefaultRunDirectory;

    /// <summary>Where the lines for a person go; null: nowhere (events are kept all the same). The node does not dispose of it.</summary>
    public INodeLog? Log { get; init; }

    /// <summary>Whether VRRP asks for real-time scheduling and locked memory.</summary>
    public bool Realtime { get; init; } = true;

    /// <summary>Makes the data plane when the configuration first needs one; null: IPVS.</summary>
    public Func<IDataPlane>? OpenDataPlane { get; init; }
}
