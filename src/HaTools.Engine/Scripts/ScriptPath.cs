using HaTools.Linux;

namespace HaTools.Engine.Scripts;

/// <summary>What is known of a file without following a link; null: there is no such file, or it may not be looked at.</summary>
internal interface IFileFacts
{
    /// <summary>The status of the file itself; null: it cannot be had, and the errno says why.</summary>
    FileStatus? Status(string path, out int errno);

    /// <summary>What a symbolic link says.</summary>
    string? Link(string path);
}

/// <summary>The kernel's own file system.</summary>
internal sealed class KernelFiles : IFileFacts
{
    public static KernelFiles Instance { get; } = new();

    public FileStatus? Status(string path, out int errno) => FileStatus.TryRead(path, out FileStatus status, out errno) ? status : null;

    public string? Link(string path) => FileStatus.ReadLink(path);
}

/// <summary>One step on the way to a program: a directory, a link or the file.</summary>
internal readonly record struct PathStep(string Path, FileStatus Status);

/// <summary>
/// The way from / to a program, every directory, every symbolic link and the file at the end. Whoever can change one of them decides what is
/// run.
/// </summary>
internal sealed class ScriptPath
{
    private const int MostLinks = 40;

    private readonly List<PathStep> steps = [];
    private readonly List<(string Directory, string Name)> lookups = [];

    private ScriptPath()
    {
    }

    /// <summary>All steps, in the order in which the kernel takes them.</summary>
    public IReadOnlyList<PathStep> Steps => steps;

    /// <summary>Every name that was looked up, found or not, and the directory that it was looked up in.</summary>
    public IReadOnlyList<(string Directory, string Name)> Lookups => lookups;

    /// <summary>Why the way does not reach a file, naming the step; null: it does.</summary>
    public string? Broken { get; private set; }

    /// <summary>The file at the end; meaningful when <see cref="Broken"/> is null.</summary>
    public PathStep Program => steps[^1];

    /// <summary>Goes the way of an absolute path.</summary>
    public static ScriptPath Walk(string path, IFileFacts files)
    {
        var walk = new ScriptPath();
        walk.Go(path, files);
        return walk;
    }

    /// <summary>
    /// The first step that others than root could change, in words; null: there is none. A directory with the sticky bit may be written to
    /// by others: they cannot replace what is root's there.
    /// </summary>
    public string? FirstUnsafe()
    {
        foreach (PathStep step in steps)
        {
            FileStatus status = step.Status;
            string kind = status.IsDirectory ? "directory" : status.IsSymbolicLink ? "link" : "file";
            if (status.UserId != 0)
                return $"the {kind} {step.Path} belongs to {Accounts.User(status.UserId)}, who could change it (chown root {step.Path})";
            if (status.IsSymbolicLink || (status.IsDirectory && (status.Mode & Libc.S_ISVTX) != 0)) continue;
            if ((status.Mode & Libc.S_IWOTH) != 0)
                return $"the {kind} {step.Path} (mode {status.Permissions}) can be changed by everybody (chmod o-w {step.Path})";
            if ((status.Mode & Libc.S_IWGRP) != 0 && status.GroupId != 0)
            {
                return $"the {kind} {step.Path} (mode {status.Permissions}) can be changed by the group {Accounts.Group(status.GroupId)} "
                    + $"(chmod g-w {step.Path})";
            }
        }

        return null;
    }

    /// <summary>
    /// The first step that a user may not pass, in words; null: the mode bits let it run. What an access control list grants is not seen here.
    /// </summary>
    public string? FirstBarrier(uint userId, IReadOnlyCollection<uint> groups)
    {
        foreach (PathStep step in steps)
        {
            FileStatus status = step.Status;
            if (status.IsSymbolicLink) continue;
            int wanted = userId == 0 ? (status.IsDirectory ? 0 : Libc.S_IXUSR | Libc.S_IXGRP | Libc.S_IXOTH)
                : status.UserId == userId ? Libc.S_IXUSR
                : groups.Contains(status.GroupId) ? Libc.S_IXGRP
                : Libc.S_IXOTH;
            if (wanted == 0 || (status.Mode & wanted) != 0) continue;
            return $"{step.Path} (mode {status.Permissions}, {Accounts.User(status.UserId)}:{Accounts.Group(status.GroupId)}) "
                + (status.IsDirectory ? "may not be passed" : "may not be executed") + $" by {Accounts.User(userId)}";
        }

        return null;
    }

    private void Go(string path, IFileFacts files)
    {
        if (!Take("/", files)) return;
        var rest = new Stack<string>();
        Push(rest, path);
        string here = "";
        int links = 0;
        while (rest.TryPop(out string? name))
        {
            if (name == "..")
            {
                here = here[..Math.Max(0, here.LastIndexOf('/'))];
                continue;
            }

            string next = $"{here}/{name}";
            lookups.Add((here.Length == 0 ? "/" : here, name));
            if (!Take(next, files)) return;
            FileStatus status = steps[^1].Status;
            if (status.IsSymbolicLink)
            {
                if (++links > MostLinks)
                {
                    Broken = $"{path}: the links go round in a circle";
                    return;
                }

                if (files.Link(next) is not { } target)
                {
                    Broken = $"the link {next} cannot be read";
                    return;
                }

                if (target.StartsWith('/')) here = "";
                Push(rest, target);
                continue;
            }

            if (rest.Count > 0 && !status.IsDirectory)
            {
                Broken = $"{next} is no directory";
                return;
            }

            here = next;
        }

        if (Program.Status.IsDirectory) Broken = $"{Program.Path} is a directory";
        else if (!Program.Status.IsRegular) Broken = $"{Program.Path} is no regular file";
    }

    private bool Take(string path, IFileFacts files)
    {
        if (files.Status(path, out int errno) is { } status)
        {
            steps.Add(new PathStep(path, status));
            return true;
        }

        Broken = $"{path}: {Errno.Describe(errno)} ({Errno.Name(errno)})";
        return false;
    }

    private static void Push(Stack<string> rest, string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] != ".") rest.Push(names[i]);
        }
    }
}

/// <summary>Names of users and groups, for messages.</summary>
internal static class Accounts
{
    public static string User(uint id) => Users.Find(id)?.Name ?? $"user {id}";

    public static string Group(uint id) => Users.FindGroup(id) ?? $"group {id}";
}
