namespace HaTools.Linux.Tests;

public sealed class InotifyTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;

    [Fact]
    public void What_happens_to_the_files_of_a_directory_is_heard_by_name()
    {
        using var inotify = new Inotify();
        Assert.True(inotify.TryAdd(directory, Libc.IN_CLOSE_WRITE | Libc.IN_DELETE | Libc.IN_MOVED_TO, out int watch));

        File.WriteAllText(Path.Combine(directory, "a"), "1");
        File.Move(Path.Combine(directory, "a"), Path.Combine(directory, "b"));
        File.Delete(Path.Combine(directory, "b"));
        List<InotifyEvent> events = [];
        inotify.Read(events);

        Assert.Equal(
            [new(watch, Libc.IN_CLOSE_WRITE, "a"), new(watch, Libc.IN_MOVED_TO, "b"), new InotifyEvent(watch, Libc.IN_DELETE, "b")], events);
    }

    [Fact]
    public void A_directory_that_is_not_there_is_no_error()
    {
        using var inotify = new Inotify();

        Assert.False(inotify.TryAdd(Path.Combine(directory, "no"), Libc.IN_CREATE, out _));
    }

    [Fact]
    public void The_owner_and_the_mode_of_a_file_are_read_and_links_not_followed()
    {
        string file = Path.Combine(directory, "file"), link = Path.Combine(directory, "link");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupWrite);
        File.CreateSymbolicLink(link, "file");

        Assert.True(FileStatus.TryRead(file, out FileStatus status, out _));
        Assert.Equal((true, "0420", Libc.geteuid()), (status.IsRegular, status.Permissions, status.UserId));
        Assert.True(FileStatus.TryRead(link, out status, out _) && status.IsSymbolicLink);
        Assert.Equal("file", FileStatus.ReadLink(link));
        Assert.False(FileStatus.TryRead(file + "x", out _, out int errno));
        Assert.Equal(Errno.ENOENT, errno);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
