using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HaTools.Engine.Control;

namespace HaTools.Engine.Tests.Control;

/// <summary>A node that answers what the test says, so that the socket is tested for being a socket.</summary>
internal sealed class FakeNode : IControlledNode
{
    private readonly Channel<HaEvent> events = Channel.CreateUnbounded<HaEvent>();

    public HaNodeStatus Status { get; set; } = SampleStatus.Full;

    public Func<ConfigurationText, PlanReply> OnPlan { get; set; } = _ => SampleStatus.Plan;

    public List<ConfigurationText> Applied { get; } = [];

    public List<string> Releases { get; } = [];

    /// <summary>While set, it does not say how it is.</summary>
    public Task? Silence { get; set; }

    public string? ConfigurationPath => "/etc/keepalived/keepalived.conf";

    public async Task<HaNodeStatus> GetStatusAsync()
    {
        if (Silence is { } silence) await silence;
        return Status;
    }

    public (string Yaml, int Generation) GetConfiguration(bool withSecrets) => (withSecrets ? "instances: []\n" : "instances: masked\n", 7);

    public Task<PlanReply> PlanAsync(ConfigurationText configuration) => Task.FromResult(OnPlan(configuration));

    public Task<PlanReply> ApplyAsync(ConfigurationText configuration, int? generation)
    {
        if (generation is { } from && from != 7) throw new NodeControlException(NodeControlException.Conflict, "another is in force");
        Applied.Add(configuration);
        return Task.FromResult(OnPlan(configuration) with { Applied = true });
    }

    public Task<PlanReply> ReloadAsync() => throw new HaEngineException("no file to read");

    public Task<IReadOnlyList<string>> AnnounceAsync(string? instance) => Task.FromResult<IReadOnlyList<string>>([instance ?? "VI_1"]);

    public List<string> Drained { get; } = [];

    public Task<IReadOnlyList<string>> DrainAsync(string service, string server, TimeSpan? limit, bool remove)
    {
        if (server == "nosuch") throw new HaEngineException("there is no such server");
        Drained.Add($"{service} {server} {limit?.TotalSeconds} {remove}");
        return Task.FromResult<IReadOnlyList<string>>(["New clients go to other servers."]);
    }

    public Task RestoreAsync(string service, string server)
    {
        Drained.Add($"restored {service} {server}");
        return Task.CompletedTask;
    }

    public Task ReleaseAsync(string by)
    {
        Releases.Add(by);
        events.Writer.Complete();
        return Task.CompletedTask;
    }

    public void Raise(HaEvent happened) => events.Writer.TryWrite(happened);

    public async IAsyncEnumerable<HaEvent> Events(long since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (HaEvent happened in events.Reader.ReadAllAsync(cancellationToken))
        {
            if (happened.Sequence > since) yield return happened;
        }
    }
}
