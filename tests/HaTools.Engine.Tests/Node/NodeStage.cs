using HaTools.Engine.DataPlane;
using HaTools.Engine.Logging;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Node;

/// <summary>A run directory and a data plane in memory for nodes of a test, and the ways to wait for what they do.</summary>
internal sealed class NodeStage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly NetworkNamespace own = NetworkNamespace.Open($"/proc/{Environment.ProcessId}/ns/net");
    private int nodes;

    public NodeStage() => Directory.CreateDirectory(RunDirectory);

    public string RunDirectory { get; } = Path.Combine(Path.GetTempPath(), $"hatools-{Guid.NewGuid():N}"[..20]);

    public MemoryDataPlane Plane { get; } = new();

    public Func<IDataPlane>? OpenPlane { get; init; }

    public INodeLog? Log { get; init; }

    /// <summary>
    /// Starts a node in the namespace of the process. A thread of the pool may be in another one for good: it is where the thread was that made the pool grow, which may be one that
    /// has entered a test's namespace.
    /// </summary>
    public Task<HaNode> StartAsync(HaConfiguration configuration, string? path = null) =>
        Libc.geteuid() == 0 ? own.Run(() => StartHereAsync(configuration, path)) : StartHereAsync(configuration, path);

    private Task<HaNode> StartHereAsync(HaConfiguration configuration, string? path) => HaNode.StartAsync(new HaNodeOptions
    {
        Name = $"n{++nodes}",
        Configuration = configuration,
        ConfigurationPath = path,
        RunDirectory = RunDirectory,
        Log = Log,
        Realtime = false,
        OpenDataPlane = OpenPlane ?? (() => Plane),
    });

    /// <summary>Starts a node inside a namespace.</summary>
    public Task<HaNode> StartAsync(TestNode host, HaConfiguration configuration, string? path = null) =>
        host.Namespace.Run(() => StartHereAsync(configuration, path));

    /// <summary>Makes an empty file for scripts to look for.</summary>
    public string NewFlag(string name)
    {
        string path = Path.Combine(RunDirectory, name);
        File.WriteAllText(path, "");
        return path;
    }

    public async Task<HaEvent> UntilEventAsync(HaNode node, string message)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await foreach (HaEvent happened in node.Events(0, patience.Token))
            {
                if (happened.Message == message) return happened;
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what came instead.
        }

        throw new TimeoutException($"No event '{message}' came; there were:\n{string.Join('\n', Messages(node))}");
    }

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        Glances glances = default;
        while (!await condition()) await Task.Delay(glances.Next(), patience.Token);
    }

    /// <summary>What was said so far.</summary>
    public IReadOnlyList<string> Messages(HaNode node)
    {
        List<string> messages = [];
        IAsyncEnumerator<HaEvent> events = node.Events(0).GetAsyncEnumerator();
        while (events.MoveNextAsync().AsTask() is { IsCompletedSuccessfully: true, Result: true }) messages.Add(events.Current.Message);
        return messages;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(RunDirectory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
