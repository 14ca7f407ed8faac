using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Engine.Control;
using HaTools.Module.Completers;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>What has to be done to get from one configuration to another: the list that a reload would apply.</summary>
[Cmdlet(VerbsData.Compare, "HaConfiguration", DefaultParameterSetName = NodeSet)]
[OutputType(typeof(HaChange))]
public sealed class CompareHaConfigurationCommand : HaCmdlet
{
    private const string NodeSet = "Node", ModelSet = "Configuration";

    /// <summary>The configuration before.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ModelSet)]
    public HaConfiguration? ReferenceObject { get; set; }

    /// <summary>The configuration after.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    public HaConfiguration? DifferenceObject { get; set; }

    /// <summary>The running node whose configuration is the one before.</summary>
    [Parameter(ParameterSetName = NodeSet)]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        if (ReferenceObject is not null)
        {
            WriteObject(ConfigurationDiff.Compare(ReferenceObject, DifferenceObject!), enumerateCollection: true);
            return;
        }
        // The node's own plan: what Update-HaNode would then do, to the letter.
        string node = NodeDirectory.Resolve(Node);
        var desired = new ConfigurationText(HaConfigurationWriter.WriteYaml(DifferenceObject!), ConfigurationText.Yaml);
        PlanReply plan = Await(NodeDirectory.AskAsync(node, c => c.PlanAsync(desired, StopToken), StopToken), node);
        WriteObject(NodeChangeCmdlet.RequireValid(plan).Changes, enumerateCollection: true);
    });
}
