namespace HaTools.Linux.Tests;

public class UsersTests
{
    [Fact]
    public void RootIsFoundByNameAndById()
    {
        UserAccount root = Users.Find("root")!;
        Assert.Equal(0u, root.UserId);
        Assert.Equal(0u, root.GroupId);
        Assert.Equal("/root", root.HomeDirectory);
        Assert.Equal(root, Users.Find(0));
        Assert.Equal(0u, Users.FindGroup("root"));
        Assert.Equal("root", Users.FindGroup(0));
        Assert.Equal(0u, Users.GroupsOf(root)[0]);
    }

    [Fact]
    public void UnknownNamesAreNull()
    {
        Assert.Null(Users.Find("keepalived_script_of_nobody"));
        Assert.Null(Users.FindGroup("hatools_of_nobody"));
        Assert.Null(Users.FindGroup(4_000_000_000));
    }
}
