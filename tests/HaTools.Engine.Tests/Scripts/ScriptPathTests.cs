using HaTools.Engine.Scripts;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Scripts;

public sealed class ScriptPathTests
{
    [Fact]
    public void A_way_that_only_root_can_change_is_safe()
    {
        var path = ScriptPath.Walk("/etc/keepalived/chk.sh", new Files
        {
            ["/"] = Directory("0755"),
            ["/etc"] = Directory("0755"),
            ["/etc/keepalived"] = Directory("0750", group: 7),
            ["/etc/keepalived/chk.sh"] = File("0755"),
        });

        Assert.Null(path.Broken);
        Assert.Null(path.FirstUnsafe());
        Assert.Equal("/etc/keepalived/chk.sh", path.Program.Path);
    }

    [Theory]
    [InlineData("0777", 0, 0, "the directory /srv (mode 0777) can be changed by everybody")]
    [InlineData("0775", 0, 65534, "the directory /srv (mode 0775) can be changed by the group")]
    [InlineData("0755", 65534, 0, "the directory /srv belongs to")]
    public void The_directory_that_others_could_change_is_named(string mode, uint user, uint group, string expected)
    {
        var path = ScriptPath.Walk("/srv/chk.sh", new Files
        {
            ["/"] = Directory("0755"),
            ["/srv"] = Directory(mode, user, group),
            ["/srv/chk.sh"] = File("0755"),
        });

        Assert.StartsWith(expected, path.FirstUnsafe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0775", 0, 0)]
    [InlineData("1777", 0, 0)]
    public void Roots_group_and_a_sticky_directory_are_safe(string mode, uint user, uint group)
    {
        var path = ScriptPath.Walk("/srv/chk.sh", new Files
        {
            ["/"] = Directory("0755"),
            ["/srv"] = Directory(mode, user, group),
            ["/srv/chk.sh"] = File("0755"),
        });

        Assert.Null(path.FirstUnsafe());
    }

    [Fact]
    public void What_stands_behind_a_link_is_looked_at_step_by_step()
    {
        var path = ScriptPath.Walk("/etc/chk", new Files
        {
            ["/"] = Directory("0755"),
            ["/etc"] = Directory("0755"),
            ["/etc/chk"] = Link("../home/me/./bin/chk"),
            ["/home"] = Directory("0755"),
            ["/home/me"] = Directory("0755", user: 1000),
            ["/home/me/bin"] = Directory("0755"),
            ["/home/me/bin/chk"] = File("0755"),
        });

        Assert.Equal("/home/me/bin/chk", path.Program.Path);
        Assert.StartsWith("the directory /home/me belongs to ", path.FirstUnsafe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_that_go_round_are_said_to()
    {
        var path = ScriptPath.Walk("/a", new Files { ["/"] = Directory("0755"), ["/a"] = Link("b"), ["/b"] = Link("/a") });

        Assert.Equal("/a: the links go round in a circle", path.Broken);
    }

    [Fact]
    public void The_step_that_is_missing_is_named()
    {
        var path = ScriptPath.Walk("/etc/keepalived/chk.sh", new Files { ["/"] = Directory("0755"), ["/etc"] = Directory("0755") });

        Assert.StartsWith("/etc/keepalived: ", path.Broken, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_is_no_program()
    {
        var path = ScriptPath.Walk("/etc/", new Files { ["/"] = Directory("0755"), ["/etc"] = Directory("0755") });

        Assert.Equal("/etc is a directory", path.Broken);
    }

    [Theory]
    [InlineData(0u, null)]
    [InlineData(1000u, "/etc/keepalived (mode 0700, root:root) may not be passed by ")]
    public void The_step_that_a_user_may_not_pass_is_named(uint user, string? expected)
    {
        var path = ScriptPath.Walk("/etc/keepalived/chk.sh", new Files
        {
            ["/"] = Directory("0755"),
            ["/etc"] = Directory("0755"),
            ["/etc/keepalived"] = Directory("0700"),
            ["/etc/keepalived/chk.sh"] = File("0755"),
        });

        string? barrier = path.FirstBarrier(user, [user]);
        if (expected is null) Assert.Null(barrier);
        else Assert.StartsWith(expected, barrier, StringComparison.Ordinal);
    }

    [Fact]
    public void Not_even_root_executes_what_nobody_may()
    {
        var path = ScriptPath.Walk("/chk.sh", new Files { ["/"] = Directory("0755"), ["/chk.sh"] = File("0644") });

        Assert.StartsWith("/chk.sh (mode 0644, root:root) may not be executed by root", path.FirstBarrier(0, [0]), StringComparison.Ordinal);
    }

    private static (FileStatus, string?) Directory(string mode, uint user = 0, uint group = 0) =>
        (new FileStatus(Libc.S_IFDIR | Convert.ToInt32(mode, 8), user, group), null);

    private static (FileStatus, string?) File(string mode, uint user = 0, uint group = 0) =>
        (new FileStatus(Libc.S_IFREG | Convert.ToInt32(mode, 8), user, group), null);

    private static (FileStatus, string?) Link(string to) => (new FileStatus(Libc.S_IFLNK | 0x1ff, 0, 0), to);

    private sealed class Files : Dictionary<string, (FileStatus Status, string? Link)>, IFileFacts
    {
        public FileStatus? Status(string path, out int errno)
        {
            bool found = TryGetValue(path, out (FileStatus Status, string? Link) file);
            errno = found ? 0 : Errno.ENOENT;
            return found ? file.Status : null;
        }

        string? IFileFacts.Link(string path) => this[path].Link;
    }
}
