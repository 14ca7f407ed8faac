using System.Globalization;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Control;

/// <summary>
/// Lets the readers' group at a control socket that is open already, to root alone: the group may have to be asked of a server that does not answer, and no node waits
/// for that.
/// </summary>
internal static class ControlReaders
{
    /// <summary>The group whose members may read a node's state.</summary>
    public const string Group = "hatools";

    /// <summary>Looks the group up, and gives it the socket where there is one.</summary>
    /// <param name="path">The socket's file, which is there now: it is this one that changes, even if another has its name by then.</param>
    /// <param name="log">Told why it could not be done, or not yet; must not block.</param>
    public static async Task AdmitAsync(string path, Action<string> log)
    {
        try
        {
            using var place = FileDescriptor.OrThrow(Libc.open(path, Libc.O_PATH | Libc.O_CLOEXEC | Libc.O_NOFOLLOW), "opening", path);
            Task<uint?> lookup = Errand.Begin("readers-group", () => Users.FindGroup(Group));
            await ((Task)lookup).WaitAsync(FilePatience.Courtesy).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!lookup.IsCompleted) log($"Control socket: root alone may use it until it is known whether there is a group {Group} {FilePatience.MuteDatabase}");
            if (await lookup.ConfigureAwait(false) is not { } group) return;

            // fchown takes no descriptor of a mere place; by this way it is the same file.
            string same = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{place.Value}");
            if (Libc.chown(same, uint.MaxValue, group) != 0) throw LinuxException.Last($"giving it to the group {Group}:", path);
        }
        catch (IOException e)
        {
            log($"Control socket: root alone may use it: {e.Message}");
        }
    }
}
