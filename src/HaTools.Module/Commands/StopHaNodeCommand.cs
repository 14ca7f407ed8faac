using System.Diagnostics;
using System.Management.Automation;
using HaTools.Engine.Control;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>Stops nodes: masters send priority 0, addresses and services are taken away.</summary>
[Cmdlet(VerbsLifecycle.Stop, "HaNode", SupportsShouldProcess = true)]
[OutputType(typeof(HaNodeStatus))]
public sealed class StopHaNodeCommand : HaCmdlet
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

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
        foreach (MeantNode node in Name is null ? [new MeantNode(NodeDirectory.Resolve(null), ByName: true)] : NodeDirectory.Match(Name))
        {
            try
            {
                Stop(node.Name);
            }
            catch (HaErrorException e)
            {
                if (!node.MayBeGone(e)) WriteHaError(e.Error);
            }
        }
    });

    private void Stop(string node)
    {
        HaNodeStatus status = Await(NodeDirectory.AskAsync(node, c => c.GetStatusAsync(StopToken), StopToken), node);
        if (!ShouldProcess($"node '{node}' (process {status.ProcessId})",
            "Stop: give up mastership, remove virtual addresses and IPVS services")) return;
        Await(StopAsync(node), node);
        if (PassThru) WriteObject(status);
    }

    private async Task StopAsync(string node)
    {
        NodeClient client = await NodeDirectory.ConnectAsync(node, StopToken).ConfigureAwait(false);
        await using (client.ConfigureAwait(false)) await client.StopAsync(StopToken).ConfigureAwait(false);

        // The answer comes when addresses and services are gone; the socket closes after it. Then the name is free, and no command sees a
        // node that is leaving.
        long started = Stopwatch.GetTimestamp();
        while (NodeClient.ListNodes().Contains(node))
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new HaErrorException(HaErrors.OperationTimeout(
                    $"Node '{node}' has given up its addresses, but its control socket is still open.", node));
            }

            await Task.Delay(Pause, StopToken).ConfigureAwait(false);
        }
    }
}
