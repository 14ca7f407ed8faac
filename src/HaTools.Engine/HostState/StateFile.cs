using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HaTools.Linux;

namespace HaTools.Engine.HostState;

/// <summary>
/// What a part of the engine has changed on the host, remembered in a file before it is done, so that an engine that was killed leaves no riddle: its
/// successor knows the true originals.
/// </summary>
internal abstract record RememberedState
{
    /// <summary>The boot that this is about: after another one nothing of it holds.</summary>
    public string Boot { get; init; } = "";

    /// <summary>The network namespace that this is about.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Whether there is nothing to remember. Not public, since what is public is written: an attribute that says otherwise does not reach overrides.</summary>
    internal abstract bool IsEmpty { get; }
}

/// <summary>The files of <see cref="RememberedState"/>.</summary>
internal static class StateFile
{
    /// <summary>Reads what is remembered about this boot and the calling thread's network namespace; nothing where there is none.</summary>
    public static T Load<T>(string path, Func<JsonTypeInfo<T>> type, Func<string, string, T> create) where T : RememberedState
    {
        string boot = Sysctl.Read("kernel/random/boot_id") ?? "";
        string ns = File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.ToString() ?? "";

        // The usual start: to load the serializer and to throw the first exception of a process takes longer than all else that is done here.
        if (!File.Exists(path)) return create(boot, ns);
        try
        {
            T? state = JsonSerializer.Deserialize(File.ReadAllText(path), type());
            if (state is not null && state.Boot == boot && state.Namespace == ns) return state;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // No file any more: nothing was changed. A torn one cannot be, since it is replaced whole; one that somebody else wrote tells nothing.
        }

        return create(boot, ns);
    }

    /// <summary>Replaces the file whole; removes it when there is nothing to remember.</summary>
    /// <exception cref="HaEngineException">It cannot be written: the disk is full …</exception>
    public static void Save<T>(string path, JsonTypeInfo<T> type, T state) where T : RememberedState
    {
        try
        {
            Replace(path, type, state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HaEngineException($"what is changed on the host cannot be remembered: {e.Message}; make room, or let {path} be written", e);
        }
    }

    private static void Replace<T>(string path, JsonTypeInfo<T> type, T state) where T : RememberedState
    {
        if (state.IsEmpty)
        {
            // The directory may be gone with the file: somebody tidied up.
            if (File.Exists(path)) File.Delete(path);
            return;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) _ = Directory.CreateDirectory(folder);
        string temporary = path + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(state, type));
        File.Move(temporary, path, overwrite: true);
    }
}
