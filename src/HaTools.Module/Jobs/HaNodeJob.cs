using System.Collections.Concurrent;
using System.Management.Automation;
using HaTools.Engine;
using HaTools.Module.Errors;

namespace HaTools.Module.Jobs;

/// <summary>
/// A node that runs in this pwsh process, as a PowerShell job: Get-Job, Receive-Job (its events), Wait-Job, Stop-Job and Remove-Job work.
/// It is in the state Completed when the node was stopped through its control socket, Stopped after Stop-Job, Failed when it could not go
/// on.
/// </summary>
public sealed class HaNodeJob : Job2
{
    /// <summary>A node runs for months and nobody may ever receive: the oldest events go. Get-HaEvent reads the node's own ring.</summary>
    internal const int KeptEvents = 1000;

    private readonly HaNode node;
    private readonly ConcurrentDictionary<string, string> states = new();
    private readonly ManualResetEventSlim ended = new();
    private readonly Lock gate = new();
    private bool stopAsked;

    internal HaNodeJob(string command, HaNode node) : base(command, node.Name)
    {
        this.node = node;
        PSJobTypeName = "HaNode";
        SetJobState(JobState.Running);
        PSBeginTime = DateTime.Now;
        _ = RunAsync();
    }

    /// <summary>How many instances are in which state: <c>2 master, 1 backup</c>.</summary>
    public override string StatusMessage
    {
        get
        {
            if (JobStateInfo.State != JobState.Running) return JobStateInfo.State.ToString();
            IEnumerable<string> counts = states.Values.GroupBy(s => s).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => $"{g.Count()} {g.Key.ToLowerInvariant()}");
            string text = string.Join(", ", counts);
            return text.Length == 0 ? "running" : text;
        }
    }

    /// <inheritdoc/>
    public override bool HasMoreData => Output.Count > 0 || Error.Count > 0 || Warning.Count > 0;

    /// <summary>The control socket that other processes reach the node by.</summary>
    public override string Location => $"{HaNodeOptions.DefaultRunDirectory}/{node.Name}.sock";

    /// <summary>Always refused: the node started before its job was made, and a stopped one is started anew.</summary>
    public override void StartJob() =>
        throw new InvalidJobStateException("A node's job is running from the beginning; start a stopped node again with Start-HaNode.");

    /// <inheritdoc/>
    public override void StartJobAsync() => OnStartJobCompleted(Refused("A node's job is running from the beginning."));

    /// <inheritdoc/>
    public override void StopJob() => StopJob(false, null!);

    /// <inheritdoc/>
    public override void StopJob(bool force, string reason)
    {
        BeginStop();
        ended.Wait();
    }

    /// <inheritdoc/>
    public override void StopJobAsync() => StopJobAsync(false, null!);

    /// <inheritdoc/>
    public override void StopJobAsync(bool force, string reason)
    {
        BeginStop();
        Task.Run(() =>
        {
            ended.Wait();
            OnStopJobCompleted(new System.ComponentModel.AsyncCompletedEventArgs(null, false, null));
        });
    }

    /// <inheritdoc/>
    public override void SuspendJob() => throw NoSuspend();

    /// <inheritdoc/>
    public override void SuspendJob(bool force, string reason) => throw NoSuspend();

    /// <inheritdoc/>
    public override void SuspendJobAsync() =>
        OnSuspendJobCompleted(new System.ComponentModel.AsyncCompletedEventArgs(NoSuspend(), false, null));

    /// <inheritdoc/>
    public override void SuspendJobAsync(bool force, string reason) => SuspendJobAsync();

    /// <inheritdoc/>
    public override void ResumeJob() => throw NoSuspend();

    /// <inheritdoc/>
    public override void ResumeJobAsync() =>
        OnResumeJobCompleted(new System.ComponentModel.AsyncCompletedEventArgs(NoSuspend(), false, null));

    /// <inheritdoc/>
    public override void UnblockJob() => throw NoUnblock();

    /// <inheritdoc/>
    public override void UnblockJobAsync() =>
        OnUnblockJobCompleted(new System.ComponentModel.AsyncCompletedEventArgs(NoUnblock(), false, null));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // By the state, not by `ended`: a handler of StateChanged may remove the job, on the thread that sets `ended` afterwards.
        if (disposing && JobStateInfo.State is not (JobState.Stopped or JobState.Completed or JobState.Failed))
        {
            BeginStop();
            ended.Wait();
        }
        base.Dispose(disposing);
    }

    private void BeginStop()
    {
        lock (gate)
        {
            if (stopAsked || ended.IsSet) return;
            stopAsked = true;
        }
        SetJobState(JobState.Stopping);
        // Its failure is RunAsync's to see: Completion ends with it.
        _ = Task.Run(() => node.StopAsync("its job is stopped"));
    }

    private async Task RunAsync()
    {
        JobState end;
        try
        {
            await foreach (HaEvent happened in node.Events(0).ConfigureAwait(false)) Keep(happened);
            await node.Completion.ConfigureAwait(false);
            end = stopAsked ? JobState.Stopped : JobState.Completed;
        }
        catch (Exception e)
        {
            Error.Add((HaErrors.From(e, node.Name)
                ?? new HaError("NodeFailed", ErrorCategory.OperationStopped, e.Message, Target: node.Name, Cause: e)).ToRecord());
            end = JobState.Failed;
        }
        PSEndTime = DateTime.Now;
        // Who waits in StopJob shall find the final state.
        SetJobState(end);
        ended.Set();
    }

    private void Keep(HaEvent happened)
    {
        if (happened is { Kind: "StateChanged", State: { } state }) states[happened.Subject] = state;
        Output.Add(PSObject.AsPSObject(happened));
        while (Output.Count > KeptEvents) Output.RemoveAt(0);
    }

    private static System.ComponentModel.AsyncCompletedEventArgs Refused(string why) => new(new InvalidJobStateException(why), false, null);

    private static PSNotSupportedException NoSuspend() => new("A node cannot be suspended; Stop-Job or Stop-HaNode ends it.");

    private static PSNotSupportedException NoUnblock() => new("A node never waits for input.");
}
