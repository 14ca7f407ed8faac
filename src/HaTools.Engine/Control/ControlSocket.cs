using System.Net.Sockets;
using HaTools.Linux;

namespace HaTools.Engine.Control;

/// <summary>
/// A node's place in the file system: the lock that makes its name its own, and the listening socket. A socket that a dead node left is replaced;
/// the kernel drops a dead process's lock, so the lock tells which it is.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    // Connections that wait while the host is busy; whom it has no room for is turned away (unix(7), EAGAIN) and tries again.
    private const int Backlog = 128;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private readonly FileStream nameLock;
    private readonly string path;

    private ControlSocket(FileStream nameLock, string path, Socket listener) => (this.nameLock, this.path, Listener) = (nameLock, path, listener);

    public Socket Listener { get; }

    public static string PathOf(string runDirectory, string node) => Path.Combine(runDirectory, node + ".sock");

    /// <summary>Whether a name can be a node's: it becomes a file name.</summary>
    public static bool IsValidName(string name) =>
        name.Length is > 0 and <= 64 && name[0] is not ('.' or '-') && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    /// <exception cref="HaEngineException">The name is taken or not a name, or the directory cannot be used.</exception>
    public static ControlSocket Open(string runDirectory, string node)
    {
        if (!IsValidName(node)) throw new HaEngineException($"'{node}' is not a node's name: letters, digits, '_', '.' and '-', up to 64, beginning with none of '.-'.");
        FileStream nameLock = Lock(runDirectory, node);
        Socket? listener = null;
        try
        {
            string path = PathOf(runDirectory, node);

            // Bound under another name and moved when its mode is right: nobody connects in between.
            string hidden = Path.Combine(runDirectory, $".{node}.new");
            File.Delete(hidden);
            listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(hidden));
            File.SetUnixFileMode(hidden, Mode);
            listener.Listen(Backlog);
            File.Move(hidden, path, overwrite: true);
            return new ControlSocket(nameLock, path, listener);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or UnauthorizedAccessException or IOException)
        {
            listener?.Dispose();
            nameLock.Dispose();
            throw new HaEngineException($"The control socket {PathOf(runDirectory, node)} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Closes the socket and takes it out of the file system; the lock's file stays, since another starting node may be holding it open.</summary>
    /// <exception cref="IOException">The file cannot be removed; the socket is closed all the same.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    public void Dispose()
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has removed the whole directory: the file is as gone as it should be.
        }
        finally
        {
            Listener.Dispose();
            nameLock.Dispose();
        }
    }

    private static FileStream Lock(string runDirectory, string node)
    {
        string path = Path.Combine(runDirectory, node + ".lock");
        try
        {
            _ = Directory.CreateDirectory(runDirectory);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new HaEngineException($"{path} cannot be written: run as root, or name a directory of your own.", e);
        }
        catch (IOException e) when (e.HResult == Errno.EAGAIN)
        {
            // flock(2) said so, and nothing else does.
            throw new HaEngineException($"A node named '{node}' runs already ({path} is locked); stop it, or give this one a name of its own (--name).", e);
        }
        catch (IOException e)
        {
            throw new HaEngineException($"{path} cannot be opened, so that {runDirectory} cannot be used for control sockets: {e.Message}", e);
        }
    }
}
