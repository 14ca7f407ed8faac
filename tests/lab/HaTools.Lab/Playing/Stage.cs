using System.Diagnostics;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Playing;

/// <summary>Where a scenario plays: its machines, its watchers, and the way to tell what happens.</summary>
internal sealed class Stage(IPlayReport report) : IAsyncDisposable
{
    private static readonly TimeSpan glance = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a takeover may take before it counts as none: at advert_int 1 it is 3.6 s, on machines that may be busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Lock guard = new();
    private readonly List<IAsyncDisposable> actors = [];
    private readonly Dictionary<string, string?> thoughts = [];
    private readonly CancellationTokenSource ending = new();
    private LabNode[] directors = [];
    private Task? opinions;
    private VirtualLab? lab;
    private string step = "";

    public VirtualLab Lab => lab ?? throw new LabException("the machines are not up yet");

    public int Met { get; private set; }

    public int Unmet { get; private set; }

    /// <summary>Who holds the virtual address; set by <see cref="WatchDirectors"/>.</summary>
    public AddressWatch Vip { get; private set; } = null!;

    public double Now => Stopwatch.GetElapsedTime(started).TotalSeconds;

    /// <summary>Who holds the address, in words.</summary>
    public string HoldersText => Vip.Holders is { Count: > 0 } h ? $"held by {string.Join(" and ", h)}" : "nobody holds it";

    public void Tell(PlayEvent e)
    {
        lock (guard) report.Report(e with { At = Now });
    }

    public void Remark(string text) => Tell(new Remark(text));

    /// <summary>Boots the machines.</summary>
    public async Task BuildAsync(CancellationToken stop, params LabNodeSpec[] specs)
    {
        lab = await VirtualLab.StartAsync(specs, stop).ConfigureAwait(false);
        foreach (LabNodeSpec spec in specs) Tell(new MachineBooted(spec.Name, [.. spec.Interfaces.Select(i => i.ToString())], spec.Role));
    }

    /// <summary>Follows, from now on, which directors hold the address and what they think.</summary>
    public void WatchDirectors(string address, params LabNode[] nodes)
    {
        directors = nodes;
        Vip = new AddressWatch(address, (node, held) => Tell(new AddressMoved(node.Name, address, held)));
        actors.Add(Vip);
        foreach (LabNode node in nodes) Vip.Add(node);
        opinions = Task.Run(FollowOpinionsAsync);
    }

    /// <summary>A machine that is off comes back: boots, and is watched again.</summary>
    public async Task BootAsync(LabNode node, CancellationToken stop)
    {
        await node.BootAsync(stop).ConfigureAwait(false);
        if (directors.Contains(node)) Vip.Add(node);
    }

    /// <summary>Starts a client's load; every request is told.</summary>
    public HttpLoad StartLoad(LabNode client, HttpLoadOptions options)
    {
        var load = HttpLoad.Start(client, options, r => Tell(new ClientAsked(r)));
        actors.Add(load);
        return load;
    }

    /// <summary>A step begins; expectations belong to it until the next.</summary>
    public void Step(string id, string title)
    {
        step = id;
        Tell(new StepStarted(id, title));
    }

    /// <summary>Says what must be true, and whether it is.</summary>
    public bool Expect(string text, bool met, string? detail = null)
    {
        if (met) Met++;
        else Unmet++;
        Tell(new ExpectationChecked(step, text, met, met ? null : detail));
        return met;
    }

    /// <summary>Says what must become true within a time that is generous, and waits for it.</summary>
    public async Task<bool> ExpectSoonAsync(string text, TimeSpan patience, Func<bool> condition, Func<string>? detail,
        CancellationToken stop)
    {
        bool met = await WaitAsync(patience, condition, stop).ConfigureAwait(false);
        return Expect(text, met, met ? null : $"not within {patience.TotalSeconds:0} s{(detail is null ? "" : $": {detail()}")}");
    }

    /// <summary>Expects that soon one director, and no other, holds the virtual address.</summary>
    public Task<bool> ExpectHolderAsync(string text, LabNode holder, CancellationToken stop) =>
        ExpectSoonAsync(text, Patience, () => Vip.Holders is [var only] && only == holder.Name, () => HoldersText, stop);

    /// <summary>Expects that soon the last requests of a load, all begun after a time, are as told.</summary>
    public Task<bool> ExpectAnswersAsync(string text, HttpLoad load, double since, Func<RequestResult[], bool> condition,
        CancellationToken stop,
        TimeSpan? patience = null, int count = 10) =>
        ExpectSoonAsync(text, patience ?? Patience, () =>
        {
            RequestResult[] last = [.. load.Since(since).TakeLast(count)];
            return last.Length == count && condition(last);
        }, () => "the last were " + string.Join(", ",
            load.Since(since).TakeLast(count).Select(r => r.IsAnswered ? $"{r.Server} via {r.Via}" : $"{r.Outcome}")), stop);

    /// <summary>Waits until a condition holds; false: it did not in that time.</summary>
    public static async Task<bool> WaitAsync(TimeSpan patience, Func<bool> condition, CancellationToken stop)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begin) > patience) return condition();
            await Task.Delay(20, stop).ConfigureAwait(false);
        }
        return true;
    }

    /// <summary>Tells the longest hole in a load's answers since a time of the load's clock.</summary>
    public Gap Measure(string title, HttpLoad load, double since)
    {
        Gap gap = load.LongestGap(since);
        Tell(new FailoverMeasured(title, gap));
        return gap;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync().ConfigureAwait(false);
        if (opinions is not null) await opinions.ConfigureAwait(false);
        foreach (IAsyncDisposable actor in Enumerable.Reverse(actors)) await actor.DisposeAsync().ConfigureAwait(false);
        if (lab is not null) await lab.DisposeAsync().ConfigureAwait(false);
        ending.Dispose();
    }

    private async Task FollowOpinionsAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            foreach (LabNode node in directors)
            {
                string? state = node.IsRunning ? LogWatch.StateOf(node) : null;
                if (thoughts.TryGetValue(node.Name, out string? before) ? before == state : state is null) continue;
                thoughts[node.Name] = state;
                Tell(new DirectorThinks(node.Name, state));
            }
            await Task.Delay(glance, ending.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }
}
