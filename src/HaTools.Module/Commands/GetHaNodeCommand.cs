using System.Management.Automation;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>The nodes that run on this machine, whichever process hosts them.</summary>
[Cmdlet(VerbsCommon.Get, "HaNode")]
[OutputType(typeof(HaNodeStatus))]
public sealed class GetHaNodeCommand : HaCmdlet
{
    /// <summary>Names or wildcards; by default all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Node")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (MeantNode node in NodeDirectory.Match(Name))
        {
            try
            {
                WriteObject(Await(NodeDirectory.AskAsync(node.Name, c => c.GetStatusAsync(StopToken), StopToken), node.Name));
            }
            catch (HaErrorException e)
            {
                if (!node.MayBeGone(e)) WriteHaError(e.Error);
            }
        }
    }
}
