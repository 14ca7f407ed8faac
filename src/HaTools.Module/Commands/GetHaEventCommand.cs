using System.Management.Automation;
using HaTools.Engine.Control;
using HaTools.Module.Completers;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>The events that a node keeps, and with -Follow those to come.</summary>
[Cmdlet(VerbsCommon.Get, "HaEvent")]
[OutputType(typeof(HaEvent))]
public sealed class GetHaEventCommand : HaCmdlet
{
    /// <summary>The node.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <summary>Only events after the one of this number.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long Since { get; set; }

    /// <summary>Only these kinds (StateChanged, TrackerChanged, HealthChanged, Warning …).</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EventKindCompleter))]
    public string[]? Kind { get; set; }

    /// <summary>Goes on until the node stops or Ctrl-C.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        string node = NodeDirectory.Resolve(Node);
        NodeClient client = Await(NodeDirectory.ConnectAsync(node, StopToken), node);
        try
        {
            long last = Follow ? long.MaxValue : Await(client.GetStatusAsync(StopToken), node).LastEvent;
            if (last <= Since) return;
            IAsyncEnumerator<HaEvent> events = client.MonitorAsync(Since, StopToken).GetAsyncEnumerator(StopToken);
            try
            {
                while (Await(events.MoveNextAsync().AsTask(), node))
                {
                    HaEvent e = events.Current;
                    if (Kind is null || Kind.Contains(e.Kind, StringComparer.OrdinalIgnoreCase)) WriteObject(e);
                    if (e.Sequence >= last) break;
                }
            }
            finally
            {
                Await(events.DisposeAsync().AsTask(), node);
            }
        }
        finally
        {
            Await(client.DisposeAsync().AsTask(), node);
        }
    });
}
