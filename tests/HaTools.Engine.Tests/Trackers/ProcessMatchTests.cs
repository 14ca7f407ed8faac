using HaTools.Engine.Trackers;

namespace HaTools.Engine.Tests.Trackers;

public sealed class ProcessMatchTests
{
    [Theory]
    [InlineData("nginx", "nginx", true)]
    [InlineData("nginx", "nginx2", false)]
    [InlineData("ngin", "nginx", false)]
    [InlineData("a_very_long_program", "a_very_long_pro", true)]
    public void A_name_alone_is_compared_with_the_kernels_name_of_the_process(string program, string name, bool expected)
    {
        var match = new ProcessMatch(new ProcessTracker { Name = "p", Command = [program] });

        Assert.False(match.NeedsCommandLine);
        Assert.Equal(expected, match.Matches(name, []));
    }

    [Theory]
    [InlineData(null, "/bin/a", true)]
    [InlineData(null, "/bin/a|x", true)]
    [InlineData(null, "a", false)]
    [InlineData(null, "", false)]
    [InlineData(ParameterMatch.Exact, "/bin/a", true)]
    [InlineData(ParameterMatch.Exact, "/bin/a|x", false)]
    public void The_full_command_is_compared_with_the_command_line(ParameterMatch? how, string commandLine, bool expected)
    {
        var match = new ProcessMatch(new ProcessTracker { Name = "p", Command = ["/bin/a"], FullCommand = true, Parameters = how });

        Assert.Equal(expected, match.Matches("anything", Split(commandLine)));
    }

    [Theory]
    [InlineData(null, "a|-c|/etc/x", true)]
    [InlineData(null, "a|-c|/etc/x|-d", false)]
    [InlineData(ParameterMatch.Exact, "a|-c|/etc/x", true)]
    [InlineData(ParameterMatch.Exact, "a|-c", false)]
    [InlineData(ParameterMatch.Partial, "a|-c|/etc/x", true)]
    [InlineData(ParameterMatch.Partial, "a|-c|/etc/x|-d", true)]
    [InlineData(ParameterMatch.Partial, "a|-c|/etc/xy", false)]
    [InlineData(ParameterMatch.Initial, "a|-c|/etc/xy", true)]
    [InlineData(ParameterMatch.Initial, "a|-c|/etc/xy|-d", true)]
    [InlineData(ParameterMatch.Initial, "a|-cc|/etc/x", false)]
    [InlineData(ParameterMatch.Initial, "a|-c", false)]
    public void Parameters_are_compared_as_asked_for(ParameterMatch? how, string commandLine, bool expected)
    {
        var match = new ProcessMatch(new ProcessTracker { Name = "p", Command = ["a", "-c", "/etc/x"], Parameters = how });

        Assert.Equal(expected, match.Matches("a", Split(commandLine)));
    }

    [Fact]
    public void Names_forks_and_ends_are_counted()
    {
        var table = new ProcessTable(
        [
            new ProcessMatch(new ProcessTracker { Name = "n", Command = ["nginx"] }),
            new ProcessMatch(new ProcessTracker { Name = "f", Command = ["/usr/sbin/nginx"], FullCommand = true }),
        ]);

        table.Set(10, "nginx", ["/usr/sbin/nginx", "-g"]);
        table.Fork(10, 11);
        table.Fork(99, 12);
        Assert.Equal((2, 2), (table.Count(0), table.Count(1)));

        table.Rename(11, "worker");
        Assert.Equal((1, 2), (table.Count(0), table.Count(1)));
        table.Rename(13, "nginx");
        Assert.Equal((2, 2), (table.Count(0), table.Count(1)));

        table.Set(11, "sh", ["/bin/sh"]);
        table.Exit(10);
        table.Exit(10);
        table.Exit(13);
        Assert.Equal((0, 0), (table.Count(0), table.Count(1)));
    }

    private static string[] Split(string commandLine) => commandLine.Length == 0 ? [] : commandLine.Split('|');
}
