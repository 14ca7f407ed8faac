using System.Management.Automation;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>The state of VRRP instances, as their node's engine sees it now.</summary>
[Cmdlet(VerbsCommon.Get, "VrrpState")]
[OutputType(typeof(VrrpState))]
public sealed class GetVrrpStateCommand : HaCmdlet
{
    /// <summary>Instance names or wildcards; by default all.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Node names or wildcards; by default all.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string[]? Node { get; set; }

    /// <summary>Only instances on these interfaces.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(InterfaceNameCompleter))]
    public string[]? Interface { get; set; }

    /// <summary>Only instances in these states.</summary>
    [Parameter]
    public VrrpStateKind[]? State { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var seen = new List<string>();
        bool complete = true;
        foreach (MeantNode node in NodeDirectory.Match(Node))
        {
            try
            {
                HaNodeStatus status = Await(NodeDirectory.AskAsync(node.Name, c => c.GetStatusAsync(StopToken), StopToken), node.Name);
                foreach (VrrpState instance in status.Instances)
                {
                    seen.Add(instance.Name);
                    if (Wanted(instance)) WriteObject(instance);
                }
            }
            catch (HaErrorException e)
            {
                if (node.MayBeGone(e)) continue;
                complete = false;
                WriteHaError(e.Error);
            }
        }
        if (Name is null || !complete) return;
        foreach (string name in Name)
            if (!WildcardPattern.ContainsWildcardCharacters(name) && !seen.Contains(name, StringComparer.OrdinalIgnoreCase))
                WriteHaError(HaErrors.InstanceNotFound(name, seen));
    }

    private bool Wanted(VrrpState instance) =>
        (Name is null || Name.Any(n => new WildcardPattern(n, WildcardOptions.IgnoreCase).IsMatch(instance.Name)))
        && (Interface is null || Interface.Contains(instance.Interface))
        && (State is null || State.Contains(instance.State));
}
