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
    /// <param name="path">The file.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="create">Makes one that remembers nothing, of a boot and a namespace.</param>
    /// <param name="tell">Hears that the file cannot be understood. It is kept under another name: a person may see from it what was changed.</param>
    /// <param name="tellStale">Whether it also hears that the file is about another boot or network namespace, so that nothing of it holds.</param>
    public static T Load<T>(string path, Func<JsonTypeInfo<T>> type, Func<string, string, T> create, Action<string>? tell, bool tellStale = false)
        where T : RememberedState
    {
        (string boot, string ns) = Here();

        // The usual start: to load the serializer and to throw the first exception of a process takes longer than all else that is done here.
        if (!File.Exists(path)) return create(boot, ns);
        try
        {
            T? state = JsonSerializer.Deserialize(File.ReadAllText(path), type());
            if (state is null) throw new JsonException("it is no object");
            if (state.Boot == boot && state.Namespace == ns) return state;
            if (tellStale)
                tell?.Invoke($"{path} is about another {(state.Boot == boot ? "network namespace" : "boot")}: nothing of it holds here, and it will be overwritten");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // No file any more: nothing was changed.
        }
        catch (JsonException e)
        {
            // A torn one of ours cannot be, since it is replaced whole: somebody else wrote it, or a file system lost its end.
            tell?.Invoke($"{path} cannot be understood ({e.Message}): what a former node has changed on this host and not undone stays as it is; {KeepAside(path)}");
        }

        return create(boot, ns);
    }

    /// <summary>Reads what another node remembers, and leaves the file as it is; null: there is none about this boot and the calling thread's network namespace.</summary>
    /// <exception cref="HaEngineException">It cannot be read, or not be understood.</exception>
    public static T? Peek<T>(string path, JsonTypeInfo<T> type) where T : RememberedState
    {
        try
        {
            T? state = JsonSerializer.Deserialize(File.ReadAllText(path), type) ?? throw new JsonException("it is no object");
            return (state.Boot, state.Namespace) == Here() ? state : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new HaEngineException($"{path} cannot be understood: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HaEngineException(e.Message, e);
        }
    }

    private static (string Boot, string Namespace) Here() =>
        (Sysctl.Read("kernel/random/boot_id") ?? "", File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.ToString() ?? "");

    private static string KeepAside(string path)
    {
        string aside = path + ".corrupt";
        try
        {
            File.Move(path, aside, overwrite: true);
            return $"the file is kept as {aside}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it could not be kept as {aside} ({e.Message}), and will be overwritten";
        }
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
