using HaTools.Engine.Scripts;

namespace HaTools.Engine.Tests.Scripts;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("/usr/bin/killall -0 nginx", "/usr/bin/killall|-0|nginx")]
    [InlineData("  a\t b  ", "a|b")]
    [InlineData("sh -c 'exit \"1\" \\n'", "sh|-c|exit \"1\" \\n")]
    [InlineData("a \"b c\"d ''", "a|b cd|")]
    [InlineData("a\\ b \"x\\\"y\"", "a b|x\"y")]
    public void It_is_split_as_a_shell_would_without_being_one(string text, string expected) =>
        Assert.Equal(expected.Split('|'), CommandLine.Split(text));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("sh -c 'exit 1")]
    [InlineData("''")]
    public void What_cannot_be_meant_is_refused(string text) => Assert.Throws<FormatException>(() => CommandLine.Split(text));
}
