using HaTools.Engine.Control;

namespace HaTools.Engine.Tests.Control;

/// <summary>A run directory of a test's own with a server in it.</summary>
internal sealed class RunFolder : IAsyncDisposable
{
    private readonly List<string> log = [];
    private ControlServer? server;

    public RunFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"hatools-{Guid.NewGuid():N}"[..20]);

    public FakeNode Node { get; } = new();

    public string Socket => ControlSocket.PathOf(Path, "n1");

    public IReadOnlyList<string> Log
    {
        get
        {
            lock (log) return [.. log];
        }
    }

    public void Serve() => server = ControlServer.Start("n1", Path, Node, Write);

    public Task<NodeClient> ConnectAsync() => NodeClient.ConnectAsync("n1", Path);

    public Task<NodeClient> ConnectAsync(ControlPatience patience) => NodeClient.ConnectAsync("n1", Path, patience);

    public ValueTask StopServingAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopServingAsync();
        Directory.Delete(Path, recursive: true);
    }

    private void Write(string line)
    {
        lock (log) log.Add(line);
    }
}
