using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaTools.Engine.DirectRouting;

/// <summary>
/// What direct routing has changed on the host, remembered in a file before it is done, so that an engine that was killed leaves no
/// riddle: its successor knows
/// the true originals.
/// </summary>
internal sealed record DirectRoutingState
{
    /// <summary>The boot that this is about: after another one nothing of it holds.</summary>
    public string Boot { get; init; } = "";

    /// <summary>The network namespace that this is about.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Kernel parameters by path, with the value that they had before.</summary>
    public Dictionary<string, string> Originals { get; init; } = [];

    /// <summary>Addresses on lo that we have put there.</summary>
    public List<string> Addresses { get; init; } = [];

    /// <summary>Reads what is remembered about this boot and namespace; nothing where there is none.</summary>
    public static DirectRoutingState Load(string path, string boot, string ns)
    {
        try
        {
            DirectRoutingState? state = JsonSerializer.Deserialize(File.ReadAllText(path), DirectRoutingJson.Default.DirectRoutingState);
            if (state is not null && state.Boot == boot && state.Namespace == ns) return state;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // No file: nothing was changed. A torn one cannot be, since it is replaced whole; one that somebody else wrote tells nothing.
        }

        return new DirectRoutingState { Boot = boot, Namespace = ns };
    }

    /// <summary>Replaces the file whole; removes it when there is nothing to remember.</summary>
    public void Save(string path)
    {
        if (Originals.Count == 0 && Addresses.Count == 0)
        {
            // The directory may be gone with the file: somebody tidied up.
            if (File.Exists(path)) File.Delete(path);
            return;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) _ = Directory.CreateDirectory(folder);
        string temporary = path + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(this, DirectRoutingJson.Default.DirectRoutingState));
        File.Move(temporary, path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DirectRoutingState))]
internal sealed partial class DirectRoutingJson : JsonSerializerContext;
