using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HaTools.Engine.Control;
using HaTools.Engine.Tests.Scripts;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Control;

public sealed class ControlSocketTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Status_crosses_whole()
    {
        await using RunFolder run = Serving();
        await using NodeClient client = await run.ConnectAsync();

        HaNodeStatus status = await client.GetStatusAsync();

        Assert.Equal(Json(SampleStatus.Full), Json(status));
        Assert.Equal(["n1"], NodeClient.ListNodes(run.Path));
    }

    [Fact]
    public async Task Plan_and_apply_carry_the_text_and_bring_back_changes_and_diagnostics()
    {
        await using RunFolder run = Serving();
        await using NodeClient client = await run.ConnectAsync();
        var text = new ConfigurationText("vrrp_instance VI_1 { # 定义\n}", ConfigurationText.Keepalived, "/x.conf");

        PlanReply plan = await client.PlanAsync(text);
        Assert.Empty(run.Node.Applied);
        PlanReply done = await client.ApplyAsync(text);

        Assert.Equal([text], run.Node.Applied);
        Assert.Equal(SampleStatus.Plan.Changes, plan.Changes);
        Assert.Equal(SampleStatus.Plan.Diagnostics, plan.Diagnostics);
        Assert.False(plan.Applied);
        Assert.True(done.Applied);
    }

    [Fact]
    public async Task A_change_made_from_a_configuration_that_is_no_longer_in_force_is_refused()
    {
        await using RunFolder run = Serving();
        await using NodeClient client = await run.ConnectAsync();
        NumberedConfigurationParameters read = await client.GetNumberedConfigurationAsync();

        NodeControlException e = await Assert.ThrowsAsync<NodeControlException>(
            () => client.ApplyAsync(read.Configuration, read.Generation - 1));
        Assert.Equal(NodeControlException.Conflict, e.Error);
        Assert.Empty(run.Node.Applied);
        Assert.True((await client.ApplyAsync(read.Configuration, read.Generation)).Applied);
        Assert.Single(run.Node.Applied);
    }

    [Fact]
    public async Task A_client_waits_for_a_node_that_is_too_busy_to_take_it()
    {
        await using var run = new RunFolder();
        using var busy = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        busy.Bind(new UnixDomainSocketEndPoint(run.Socket));
        busy.Listen(0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        first.Connect(busy.LocalEndPoint!);

        Task<NodeClient> waiting = run.ConnectAsync();
        await Task.Delay(100);
        Assert.False(waiting.IsCompleted);
        using Socket accepted = await busy.AcceptAsync();

        await using NodeClient client = await waiting.WaitAsync(Patience);
        Assert.Equal("n1", client.Node);
    }

    [Fact]
    public async Task What_the_engine_cannot_do_comes_back_as_an_error_with_its_message()
    {
        await using RunFolder run = Serving();
        await using NodeClient client = await run.ConnectAsync();

        NodeControlException e = await Assert.ThrowsAsync<NodeControlException>(() => client.ReloadAsync());

        Assert.Equal((NodeControlException.CannotApply, "no file to read"), (e.Error, e.Message));
        Assert.Equal("lb01", (await client.GetStatusAsync()).Name);
    }

    [Fact]
    public async Task Monitor_sends_events_in_order_until_the_node_stops()
    {
        await using RunFolder run = Serving();
        await using NodeClient client = await run.ConnectAsync();
        run.Node.Raise(SampleStatus.Event(1));
        run.Node.Raise(SampleStatus.Event(2));
        List<HaEvent> heard = [];
        var listens = new TaskCompletionSource();
        Task listening = Task.Run(async () =>
        {
            await foreach (HaEvent happened in client.MonitorAsync(since: 1))
            {
                heard.Add(happened);
                _ = listens.TrySetResult();
            }
        });
        await listens.Task.WaitAsync(Patience);
        run.Node.Raise(SampleStatus.Event(3));

        await client.StopAsync();
        await run.StopServingAsync();
        await listening.WaitAsync(Patience);

        Assert.Equal([SampleStatus.Event(2), SampleStatus.Event(3)], heard);
        Assert.Equal([$"asked by process {Environment.ProcessId}, uid {Libc.geteuid()}"], run.Node.Releases);
        Assert.False(File.Exists(run.Socket));
    }

    [Fact]
    public async Task A_second_node_of_the_same_name_is_refused_and_the_first_goes_on()
    {
        await using RunFolder run = Serving();

        HaEngineException e = Assert.Throws<HaEngineException>(() => ControlServer.Start("n1", run.Path, run.Node, _ => { }));

        Assert.Contains("runs already", e.Message, StringComparison.Ordinal);
        await using NodeClient client = await run.ConnectAsync();
        Assert.Equal("lb01", (await client.GetStatusAsync()).Name);
    }

    [Fact]
    public async Task A_dead_nodes_socket_is_replaced_and_not_listed()
    {
        await using var run = new RunFolder();
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)) dead.Bind(new UnixDomainSocketEndPoint(run.Socket));
        File.WriteAllText(Path.Combine(run.Path, "n1.lock"), "");
        if (!File.Exists(run.Socket)) File.WriteAllText(run.Socket, "");
        Assert.Empty(NodeClient.ListNodes(run.Path));

        run.Serve();

        await using NodeClient client = await run.ConnectAsync();
        Assert.Equal("lb01", (await client.GetStatusAsync()).Name);
    }

    [Fact]
    public async Task A_run_directory_that_somebody_removed_does_not_hinder_the_stop()
    {
        await using RunFolder run = Serving();
        Directory.Delete(run.Path, recursive: true);
        await run.StopServingAsync();
        Directory.CreateDirectory(run.Path);
        run.Serve();
        await using NodeClient client = await run.ConnectAsync();
        Assert.Equal("lb01", (await client.GetStatusAsync()).Name);
    }

    [Fact]
    public async Task The_socket_is_closed_to_others()
    {
        await using RunFolder run = Serving();

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(run.Socket));
    }

    [RootFact]
    public async Task Another_user_who_may_open_it_may_read_and_not_change()
    {
        await using RunFolder run = Serving();
        File.SetUnixFileMode(run.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(run.Socket, (UnixFileMode)0b110_110_110);
        using Socket nobody = OtherUser.Connect(run.Socket, 65534);

        Assert.Contains("\"lb01\"", await CallAsync(nobody, """{"method":"io.hatools.Node.GetStatus"}"""), StringComparison.Ordinal);
        foreach (string method in new[] { "Stop", "Reload", "Plan", "Apply", "Announce" })
        {
            string reply = await CallAsync(
                nobody, "{\"method\":\"io.hatools.Node." + method + "\",\"parameters\":{\"configuration\":{\"text\":\"\",\"format\":\"yaml\"}}}");
            Assert.Contains(NodeControlException.PermissionDenied, reply, StringComparison.Ordinal);
        }

        Assert.Equal((0, 0), (run.Node.Releases.Count, run.Node.Applied.Count));
    }

    [RootFact]
    public async Task Readers_cannot_lock_root_out()
    {
        await using RunFolder run = Serving();
        File.SetUnixFileMode(run.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(run.Socket, (UnixFileMode)0b110_110_110);
        List<Socket> readers = [];
        for (int i = 0; i < 64; i++) readers.Add(OtherUser.Connect(run.Socket, 65534));

        // The last ones were turned away: they are at their end.
        Assert.Equal(0, await readers[^1].ReceiveAsync(new byte[1]).WaitAsync(Patience));
        await using NodeClient root = await run.ConnectAsync();
        Assert.Equal("lb01", (await root.GetStatusAsync()).Name);
        foreach (Socket reader in readers) reader.Dispose();
    }

    [Theory]
    [InlineData("""{"method":"io.hatools.Node.Fly"}""", "org.varlink.service.MethodNotFound")]
    [InlineData("""{"method":"com.example.Other.Fly"}""", "org.varlink.service.InterfaceNotFound")]
    [InlineData("""{"method":"io.hatools.Node.Plan"}""", "org.varlink.service.InvalidParameter")]
    [InlineData("""{"method":"io.hatools.Node.Plan","parameters":{"configuration":{"text":"","format":"xml"}}}""", "org.varlink.service.InvalidParameter")]
    [InlineData("""{"method":"io.hatools.Node.Plan","parameters":{"configuration":7}}""", "org.varlink.service.InvalidParameter")]
    [InlineData("""{"method":"io.hatools.Node.Monitor"}""", "org.varlink.service.ExpectedMore")]
    [InlineData("""{"method":"org.varlink.service.GetInfo"}""", "io.hatools.Node")]
    [InlineData("""{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"io.hatools.Node"}}""", "method GetStatus()")]
    [InlineData("""{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"a.b"}}""", "InterfaceNotFound")]
    public async Task Calls_are_answered_as_Varlink_says(string call, string expected)
    {
        await using RunFolder run = Serving();
        using Socket socket = Connect(run);

        Assert.Contains(expected, await CallAsync(socket, call), StringComparison.Ordinal);
        Assert.Contains("\"lb01\"", await CallAsync(socket, """{"method":"io.hatools.Node.GetStatus"}"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n\0")]
    [InlineData("[]\0")]
    [InlineData("{}\0")]
    [InlineData("{\"method\":\0")]
    [InlineData("null\0")]
    public async Task Garbage_closes_that_connection_and_no_other(string garbage)
    {
        await using RunFolder run = Serving();
        await using NodeClient client = await run.ConnectAsync();
        using Socket socket = Connect(run);

        _ = await socket.SendAsync(Encoding.UTF8.GetBytes(garbage));

        Assert.Equal(0, await socket.ReceiveAsync(new byte[100]).WaitAsync(Patience));
        Assert.Equal("lb01", (await client.GetStatusAsync()).Name);
        Assert.Contains("does not speak Varlink", Assert.Single(run.Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_a_node_that_is_not_there_is_told_so()
    {
        await using var run = new RunFolder();

        NodeControlException e = await Assert.ThrowsAsync<NodeControlException>(run.ConnectAsync);

        Assert.Equal(NodeControlException.Unreachable, e.Error);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_named_with_its_process()
    {
        await using RunFolder run = Serving();
        var silence = new TaskCompletionSource();
        run.Node.Silence = silence.Task;
        await using NodeClient client = await run.ConnectAsync(new ControlPatience(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)));

        Exception? silent = await Record.ExceptionAsync(() => client.GetStatusAsync().WaitAsync(Patience));
        // The answer to that comes now, and is not taken for one to what is asked below.
        silence.SetResult();
        NodeControlException e = Assert.IsType<NodeControlException>(silent);
        Assert.Equal(NodeControlException.Unresponsive, e.Error);
        Assert.StartsWith($"The node 'n1' (process {Environment.ProcessId}) does not answer: GetStatus was asked 1 s ago. ", e.Message, StringComparison.Ordinal);

        Assert.Same(e, await Assert.ThrowsAsync<NodeControlException>(() => client.GetConfigurationAsync().WaitAsync(Patience)));
        await using NodeClient another = await run.ConnectAsync();
        Assert.Equal("lb01", (await another.GetStatusAsync()).Name);
    }

    [Fact]
    public async Task A_process_that_stands_still_is_given_longer_where_it_was_to_change_something()
    {
        await using var run = new RunFolder();
        using var stopped = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        stopped.Bind(new UnixDomainSocketEndPoint(run.Socket));
        stopped.Listen();
        await using NodeClient client = await run.ConnectAsync(new ControlPatience(TimeSpan.FromHours(1), TimeSpan.FromSeconds(1)));

        NodeControlException e = await Assert.ThrowsAsync<NodeControlException>(() => client.StopAsync().WaitAsync(Patience));

        Assert.Contains("does not answer: Stop was asked 1 s ago; what was asked may be done yet", e.Message, StringComparison.Ordinal);
        Assert.True(ControlPatience.Default.Reading > TimeSpan.FromSeconds(VrrpWatch.Rest + VrrpWatch.Looks), "the node itself is to say first why it does not answer");
    }

    [Fact]
    public async Task A_burst_of_clients_that_are_turned_away_is_told_once_and_its_end()
    {
        await using RunFolder run = Serving();
        List<Socket> clients = [];
        for (int i = 0; i < 70; i++) clients.Add(Connect(run));

        foreach (Socket away in clients[^6..]) Assert.Equal(0, await away.ReceiveAsync(new byte[1]).WaitAsync(Patience));
        Assert.Contains("64 connections are open", Assert.Single(run.Log), StringComparison.Ordinal);
        foreach (Socket client in clients) client.Dispose();
        await Eventually.True(() => run.Log.Count == 2);
        Assert.Equal("Control socket: 6 connections were turned away; there is room again", run.Log[1]);
    }

    [RootFact]
    public void A_directory_that_has_become_read_only_is_not_taken_for_a_node_that_runs()
    {
        string told = MountNamespace.OfItsOwn(() =>
        {
            const nuint readOnly = 1, remount = 32;
            string folder = Directory.CreateTempSubdirectory("hatools-").FullName;
            MountNamespace.Mount("none", folder, "tmpfs", 0, "");
            File.WriteAllText(Path.Combine(folder, "n1.lock"), "");
            MountNamespace.Mount("none", folder, "tmpfs", remount | readOnly, "");
            return Assert.Throws<HaEngineException>(() => ControlSocket.Open(folder, "n1")).Message;
        });

        Assert.DoesNotContain("runs already", told, StringComparison.Ordinal);
        Assert.Contains("n1.lock cannot be opened", told, StringComparison.Ordinal);
        Assert.Contains("Read-only file system", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    public void Names_that_are_no_file_names_are_refused(string name) =>
        Assert.Throws<HaEngineException>(() => ControlSocket.Open(Path.GetTempPath(), name));

    private static RunFolder Serving()
    {
        var run = new RunFolder();
        run.Serve();
        return run;
    }

    private static Socket Connect(RunFolder run)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(run.Socket));
        return socket;
    }

    private static async Task<string> CallAsync(Socket socket, string call)
    {
        _ = await socket.SendAsync(Encoding.UTF8.GetBytes(call + "\0"));
        var reply = new List<byte>();
        byte[] buffer = new byte[4096];
        while (reply.Count == 0 || reply[^1] != 0)
        {
            int read = await socket.ReceiveAsync(buffer).WaitAsync(Patience);
            if (read == 0) break;
            reply.AddRange(buffer[..read]);
        }

        return Encoding.UTF8.GetString([.. reply]);
    }

    private static string Json(HaNodeStatus status) => JsonSerializer.Serialize(status);
}
