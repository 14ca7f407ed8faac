using HaTools.Engine.Tests.Checks.Tls;

namespace HaTools.Engine.Tests.Node;

/// <summary>The file of CAs that a webhook trusts, at the start and the reloads of a node.</summary>
public sealed class HaNodeWebhookTests
{
    private static readonly HaConfiguration plain = new() { RouterId = "lb" };

    [Fact]
    public async Task A_file_of_CAs_is_read_when_a_plan_is_made_and_one_that_is_none_is_refused()
    {
        await using var stage = new NodeStage();
        string ca = Path.Combine(stage.RunDirectory, "ca.pem");
        HaConfiguration wanted = plain with { Webhooks = [new Webhook { Name = "chat", Url = "https://127.0.0.1:9/ha", Ca = ca }] };

        HaEngineException e = await Assert.ThrowsAsync<HaEngineException>(() => stage.StartAsync(wanted));
        Assert.StartsWith($"webhook chat: the file {ca} of `ca` cannot be read: ", e.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(ca, new TestAuthority().Pem);
        await using HaNode node = await stage.StartAsync(wanted);
        Assert.Empty(await node.PlanAsync(wanted));

        // Another file of the same name is a change.
        await File.WriteAllTextAsync(ca, new TestAuthority("Other CA").Pem);
        HaChange change = Assert.Single(await node.PlanAsync(wanted));
        Assert.Equal(("Webhook", "chat", "Ca", $"{ca} as it was", $"{ca} as it is"), (change.Kind, change.Id, change.Property, change.Before, change.After));
        Assert.Equal([change], (await node.ApplyAsync(wanted)).Changes);
        Assert.Empty((await node.ApplyAsync(wanted)).Changes);

        // One that holds none is refused before anything is done, whatever else is to change, and what is in force needs the file no more.
        await File.WriteAllTextAsync(ca, "");
        string holds = $"webhook chat: {ca}: `ca` holds no certificate";
        foreach (HaConfiguration next in (HaConfiguration[])[wanted, wanted with { RouterId = "other" }])
        {
            Assert.StartsWith(holds, (await Assert.ThrowsAsync<HaEngineException>(() => node.PlanAsync(next))).Message, StringComparison.Ordinal);
            Assert.StartsWith(holds, (await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(next))).Message, StringComparison.Ordinal);
        }

        Assert.Equal("lb", (await node.GetStatusAsync()).RouterId);
        Assert.Equal("chat", Assert.Single((await node.GetStatusAsync()).Webhooks).Target);

        // And so a configuration that fails later leaves the one in force whole.
        string notOne = stage.NewFlag("no-fifo");
        e = await Assert.ThrowsAsync<HaEngineException>(() => node.ApplyAsync(plain with { NotifyFifo = new NotifyFifo(notOne) }));
        Assert.Contains("is a regular file and no FIFO", e.Message, StringComparison.Ordinal);
        Assert.Equal("chat", Assert.Single((await node.GetStatusAsync()).Webhooks).Target);

        _ = await node.ApplyAsync(plain);
        Assert.Empty((await node.GetStatusAsync()).Webhooks);
    }
}
