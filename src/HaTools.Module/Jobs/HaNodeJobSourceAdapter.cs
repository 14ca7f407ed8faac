using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace HaTools.Module.Jobs;

/// <summary>
/// Tells PowerShell's job cmdlets of the nodes of this session. pwsh registers it by itself when it imports the assembly.
/// </summary>
public sealed class HaNodeJobSourceAdapter : JobSourceAdapter
{
    internal const string JobParameter = "Job";

    private readonly ConcurrentDictionary<Guid, Job2> jobs = new();

    /// <summary>Called by pwsh.</summary>
    public HaNodeJobSourceAdapter() => Name = nameof(HaNodeJobSourceAdapter);

    /// <inheritdoc/>
    public override Job2 NewJob(JobInvocationInfo specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        foreach (CommandParameter parameter in specification.Parameters.SelectMany(p => p))
        {
            if (parameter.Name != JobParameter || parameter.Value is not HaNodeJob job) continue;
            jobs[job.InstanceId] = job;
            return job;
        }
        throw new PSNotSupportedException("A node's job is made by Start-HaNode.");
    }

    /// <inheritdoc/>
    public override IList<Job2> GetJobs() => [.. jobs.Values];

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByName(string name, bool recurse)
    {
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        return Where(j => pattern.IsMatch(j.Name));
    }

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByCommand(string command, bool recurse)
    {
        var pattern = new WildcardPattern(command, WildcardOptions.IgnoreCase);
        return Where(j => pattern.IsMatch(j.Command));
    }

    /// <inheritdoc/>
    public override Job2 GetJobByInstanceId(Guid instanceId, bool recurse) => jobs.TryGetValue(instanceId, out Job2? job) ? job : null!;

    /// <inheritdoc/>
    public override Job2 GetJobBySessionId(int id, bool recurse) => jobs.Values.FirstOrDefault(j => j.Id == id)!;

    /// <inheritdoc/>
    public override IList<Job2> GetJobsByState(JobState state, bool recurse) => Where(j => j.JobStateInfo.State == state);

    /// <summary>No filter is known: nothing matches.</summary>
    public override IList<Job2> GetJobsByFilter(Dictionary<string, object> filter, bool recurse) => [];

    /// <inheritdoc/>
    public override void RemoveJob(Job2 job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!jobs.TryRemove(job.InstanceId, out Job2? known)) return;
        known.Dispose();
    }

    private List<Job2> Where(Func<Job2, bool> wanted) => [.. jobs.Values.Where(wanted)];
}
