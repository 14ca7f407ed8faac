using HaTools.Engine.Control;
using HaTools.Lab.Machine;

namespace HaTools.Bench.Steady;

/// <summary>Clients of a node's control socket that follow the events; one of them asks for the status once a second, too, as a monitor does.</summary>
internal sealed class BusyClients : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> clients = [];

    public BusyClients(LabNode node, int count)
    {
        string folder = node.PathOf("/run/hatools");
        for (int i = 0; i < count; i++) clients.Add(FollowAsync(node.Name, folder));
        clients.Add(AskAsync(node.Name, folder));
    }

    /// <summary>Answers and events that came.</summary>
    public int Served => served;

    private int served;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (Task client in clients)
        {
            try
            {
                await client;
            }
            catch (OperationCanceledException)
            {
                // As asked.
            }
        }

        stop.Dispose();
    }

    private async Task FollowAsync(string name, string folder)
    {
        await using NodeClient client = await NodeClient.ConnectAsync(name, folder, stop.Token);
        await foreach (HaEvent _ in client.MonitorAsync(0, stop.Token)) Interlocked.Increment(ref served);
    }

    private async Task AskAsync(string name, string folder)
    {
        await using NodeClient client = await NodeClient.ConnectAsync(name, folder, stop.Token);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await timer.WaitForNextTickAsync(stop.Token))
        {
            _ = await client.GetStatusAsync(stop.Token);
            Interlocked.Increment(ref served);
        }
    }
}
