using HaTools.Engine.Control;
using HaTools.Engine.Scripts;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Control;

public sealed class ControlReadersTests
{
    [RootFact]
    public async Task The_readers_group_gets_the_socket()
    {
        await using var run = new RunFolder();
        string groups = Path.Combine(run.Path, "group");
        await File.WriteAllTextAsync(groups, $"root:x:0:\n{ControlReaders.Group}:x:4711:\n");

        Serve(run, () => MountNamespace.Mount(groups, "/etc/group", "none", 0x1000, ""));

        await Eventually.True(() => GroupOf(run) == 4711, () => $"group {GroupOf(run)}");
        Assert.Empty(run.Log);
    }

    [RootFact]
    public async Task A_group_database_that_does_not_answer_keeps_no_node_from_answering()
    {
        await using var run = new RunFolder();

        Serve(run, () => MuteDatabase.In("/etc/group"));

        await using NodeClient client = await run.ConnectAsync();
        _ = await client.GetStatusAsync();
        await Eventually.True(() => run.Log.Count > 0);
        Assert.StartsWith("Control socket: root alone may use it until it is known whether there is a group hatools (", Assert.Single(run.Log), StringComparison.Ordinal);
        Assert.Equal(0u, GroupOf(run));
    }

    private static void Serve(RunFolder run, Action prepare) => _ = MountNamespace.OfItsOwn(() =>
    {
        prepare();
        run.Serve();
        return run;
    });

    private static uint GroupOf(RunFolder run) => KernelFiles.Instance.Status(run.Socket, out _)!.Value.GroupId;
}
