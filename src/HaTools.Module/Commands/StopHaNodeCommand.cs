using System.Management.Automation;
using HaTools.Module.Completers;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>Stops nodes: masters send priority 0, addresses and services are taken away.</summary>
[Cmdlet(VerbsLifecycle.Stop, "HaNode", SupportsShouldProcess = true)]
[OutputType(typeof(HaNodeStatus))]
public sealed class StopHaNodeCommand : HaCmdlet
{
    /// <summary>Names or wildcards; by default the node called default, or the only one.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Node")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Writes the state that the nodes were in.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        foreach (string node in Name is null ? [NodeDirectory.Resolve(null)] : NodeDirectory.Match(Name)) Reporting(() => Stop(node));
    });

    private void Stop(string node)
    {
        HaNodeStatus status = Await(NodeDirectory.AskAsync(node, c => c.GetStatusAsync(StopToken), StopToken), node);
        if (!ShouldProcess($"node '{node}' (process {status.ProcessId})", "Stop: give up mastership, remove virtual addresses and IPVS services")) return;
        Await(NodeDirectory.AskAsync(node, StopAsync, StopToken), node);
        if (PassThru) WriteObject(status);

        async Task<bool> StopAsync(Engine.Control.NodeClient client)
        {
            await client.StopAsync(StopToken).ConfigureAwait(false);
            return true;
        }
    }
}
