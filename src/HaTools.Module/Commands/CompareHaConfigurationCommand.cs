using System.Management.Automation;
using HaTools.Configuration;
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
        HaConfiguration before = ReferenceObject ?? OfRunningNode();
        WriteObject(ConfigurationDiff.Compare(before, DifferenceObject!), enumerateCollection: true);
    });

    private HaConfiguration OfRunningNode()
    {
        string node = NodeDirectory.Resolve(Node);
        string yaml = Await(NodeDirectory.AskAsync(node, c => c.GetConfigurationAsync(StopToken), StopToken), node).Text;
        return ConfigurationSource.Require(HaConfigurationReader.ReadText(yaml, null, ConfigurationFormat.Yaml));
    }
}
