using System.Diagnostics;
using System.Management.Automation;
using HaTools.Engine.Control;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Waits until VRRP instances are in a state.</summary>
[Cmdlet(VerbsLifecycle.Wait, "VrrpState")]
[OutputType(typeof(VrrpState))]
public sealed class WaitVrrpStateCommand : HaCmdlet
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Instance names; by default all of the node.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The states to wait for, any of them.</summary>
    [Parameter(Position = 1)]
    public VrrpStateKind[] State { get; set; } = [VrrpStateKind.Master, VrrpStateKind.Backup];

    /// <summary>The node.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <summary>How long to wait.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        string node = NodeDirectory.Resolve(Node);
        IReadOnlyList<VrrpState> reached = Await(WaitAsync(node), node);
        WriteObject(reached, enumerateCollection: true);
    });

    private async Task<IReadOnlyList<VrrpState>> WaitAsync(string node)
    {
        long started = Stopwatch.GetTimestamp();
        NodeClient client = await NodeDirectory.ConnectAsync(node, StopToken).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            while (true)
            {
                HaNodeStatus status = await client.GetStatusAsync(StopToken).ConfigureAwait(false);
                string? missing = Name?.FirstOrDefault(n => !status.Instances.Any(i => i.Name == n));
                if (missing is not null)
                    throw new HaErrorException(HaErrors.InstanceNotFound(missing, status.Instances.Select(i => i.Name)));
                VrrpState[] meant = [.. status.Instances.Where(i => Name is null || Name.Contains(i.Name))];
                if (meant.All(i => State.Contains(i.State))) return meant;
                if (Stopwatch.GetElapsedTime(started) > Timeout)
                {
                    IEnumerable<string> are = meant.Select(i => $"{i.Name} is {i.State}{(i.Fault is null ? "" : $" ({i.Fault})")}");
                    throw new HaErrorException(HaErrors.OperationTimeout(
                        $"After {Timeout.TotalSeconds:0.###} s: {string.Join(", ", are)}.", node));
                }
                await Task.Delay(Pause, StopToken).ConfigureAwait(false);
            }
        }
    }
}
