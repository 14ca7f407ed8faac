using HaTools.Configuration;
using HaTools.Engine.Control;

namespace HaTools.Engine.Tests.Node;

/// <summary>What a real node answers on its control socket.</summary>
public sealed class HaNodeControlTests
{
    private const int Changes = 20;

    [Fact]
    public async Task Two_clients_that_change_a_node_at_once_do_not_take_each_others_changes_back()
    {
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(HaConfiguration.Empty);

        int[] conflicts = await Task.WhenAll(Task.Run(() => AddAsync("a")), Task.Run(() => AddAsync("b")));

        await using NodeClient client = await NodeClient.ConnectAsync(node.Name, stage.RunDirectory);
        NumberedConfigurationParameters end = await client.GetNumberedConfigurationAsync();
        Assert.Equal(2 * Changes, Read(end).Files.Select(f => f.Name).Distinct().Count());
        Assert.Equal(2 * Changes, end.Generation);
        Assert.True(conflicts.Sum() > 0, "the two never met: this test has shown nothing");

        async Task<int> AddAsync(string who)
        {
            int refused = 0;
            await using NodeClient own = await NodeClient.ConnectAsync(node.Name, stage.RunDirectory);
            for (int i = 0; i < Changes;)
            {
                NumberedConfigurationParameters before = await own.GetNumberedConfigurationAsync();
                HaConfiguration current = Read(before);
                HaConfiguration wanted = current with { Files = [.. current.Files, new FileTracker { Name = $"{who}{i}", Path = $"/nowhere/{who}{i}" }] };
                // The first ones meet for sure: each has read before either applies.
                if (i == 0) await MeetAsync();
                try
                {
                    _ = await own.ApplyAsync(new ConfigurationText(HaConfigurationWriter.WriteYaml(wanted), ConfigurationText.Yaml), before.Generation);
                    i++;
                }
                catch (NodeControlException e) when (e.Error == NodeControlException.Conflict)
                {
                    refused++;
                }
            }

            return refused;
        }
    }

    [Fact]
    public async Task An_apply_that_names_no_generation_takes_the_place_of_whatever_is_in_force()
    {
        await using var stage = new NodeStage();
        await using HaNode node = await stage.StartAsync(HaConfiguration.Empty);
        await using NodeClient client = await NodeClient.ConnectAsync(node.Name, stage.RunDirectory);

        _ = await client.ApplyAsync(new ConfigurationText("routerId: a\n", ConfigurationText.Yaml));
        _ = await client.ApplyAsync(new ConfigurationText("routerId: b\n", ConfigurationText.Yaml));
        NodeControlException e = await Assert.ThrowsAsync<NodeControlException>(
            () => client.ApplyAsync(new ConfigurationText("routerId: c\n", ConfigurationText.Yaml), generation: 1));

        Assert.Equal(NodeControlException.Conflict, e.Error);
        Assert.Equal("b", (await client.GetStatusAsync()).RouterId);
    }

    [Fact]
    public async Task A_stop_says_in_the_log_who_has_asked_for_it()
    {
        await using var stage = new NodeStage();
        await using HaNode asked = await stage.StartAsync(HaConfiguration.Empty);
        await using NodeClient client = await NodeClient.ConnectAsync(asked.Name, stage.RunDirectory);
        await client.StopAsync();
        Assert.Contains($"Stopping node {asked.Name}: asked by process {Environment.ProcessId}, uid {HaTools.Linux.Libc.geteuid()}", stage.Messages(asked));

        // The first reason is the one.
        await using HaNode told = await stage.StartAsync(HaConfiguration.Empty);
        await Task.WhenAll(told.StopAsync("SIGTERM"), told.StopAsync("its process ends"));
        Assert.Contains($"Stopping node {told.Name}: SIGTERM", stage.Messages(told));
    }

    [Fact]
    public void Who_may_only_read_sees_no_secret()
    {
        var keys = new VrrpHmac { ActiveKey = 1, Keys = [new VrrpHmacKey(1, new string('s', 32)), new VrrpHmacKey(2, "file:/etc/key")] };
        var secret = new VrrpInstance
        {
            Name = "a",
            Interface = "eth0",
            VirtualRouterId = 1,
            Hmac = keys,
            Authentication = new VrrpAuthentication(VrrpAuthenticationType.SimplePassword, "ssss"),
        };

        string shown = HaConfigurationWriter.WriteYaml(HaNode.WithoutSecrets(new HaConfiguration { VrrpInstances = [secret] }));

        Assert.DoesNotContain("ssss", shown, StringComparison.Ordinal);
        Assert.Contains("file:/etc/key", shown, StringComparison.Ordinal);
    }

    private readonly TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int arrived;

    private async Task MeetAsync()
    {
        if (Interlocked.Increment(ref arrived) == 2) met.SetResult();
        await met.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static HaConfiguration Read(NumberedConfigurationParameters text) =>
        HaConfigurationReader.ReadText(text.Configuration.Text, null, ConfigurationFormat.Yaml).Configuration!;
}
