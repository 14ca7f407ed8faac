using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Engine.Control;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>
/// Takes a running node to another configuration: only what differs is touched. The changes are the output; with -WhatIf they are the plan.
/// </summary>
[Cmdlet(VerbsData.Update, "HaNode", SupportsShouldProcess = true, DefaultParameterSetName = ReloadSet)]
[OutputType(typeof(HaChange))]
public sealed class UpdateHaNodeCommand : NodeChangeCmdlet
{
    private const string ReloadSet = "Reload", PathSet = "Path", ModelSet = "Configuration";

    /// <summary>The node.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <summary>The file that the node shall follow from now on; without it and -Configuration the node's own file is read again.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The language of -Path.</summary>
    [Parameter(ParameterSetName = PathSet)]
    public HaConfigurationFormat Format { get; set; }

    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ModelSet)]
    public HaConfiguration? Configuration { get; set; }

    /// <summary>Counts warnings as errors.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        string node = NodeDirectory.Resolve(Node);
        NodeClient client = Await(NodeDirectory.ConnectAsync(node, StopToken), node);
        try
        {
            ConfigurationText desired = Desired(client, node);
            IReadOnlyList<HaChange> changes = RequireValid(Await(client.PlanAsync(desired, StopToken), node)).Changes;
            if (changes.Count == 0)
            {
                WriteVerbose($"Node '{node}' is in that state already.");
                // The file may be another one all the same, and the node shall know what to read next time.
                if (Path is null || !ShouldProcess($"node '{node}'", $"Follow the file '{desired.Path}'")) return;
            }
            else if (!Approve(node, changes, out bool whatIf))
            {
                if (whatIf) WriteObject(changes, enumerateCollection: true);
                return;
            }
            PlanReply done = RequireValid(Await(client.ApplyAsync(desired, cancellationToken: StopToken), node));
            WriteObject(done.Changes, enumerateCollection: true);
        }
        finally
        {
            Await(client.DisposeAsync().AsTask(), node);
        }
    });

    // A file is read here, so that relative paths, permissions and line numbers are those of the person who asks; the node gets the model.
    private ConfigurationText Desired(NodeClient client, string node)
    {
        if (Configuration is not null)
        {
            IReadOnlyList<HaConfigurationDiagnostic> diagnostics = ConfigurationSource.Validate(Configuration);
            if (Strict && diagnostics.Count > 0)
                throw new HaErrorException(HaErrors.ConfigurationInvalid(ConfigurationSource.AsErrors(diagnostics)));
            WriteWarnings(diagnostics);
            return new ConfigurationText(HaConfigurationWriter.WriteYaml(Configuration), ConfigurationText.Yaml);
        }
        string path = Path is not null ? FullPath(Path) : Await(client.GetStatusAsync(StopToken), node).ConfigurationPath
            ?? throw new HaErrorException(new HaError("NoConfigurationPath", ErrorCategory.InvalidOperation,
                $"Node '{node}' was not started from a file: there is nothing to read again.", "Give -Path or -Configuration.", node));
        ConfigurationReadResult result = ConfigurationSource.ReadFile(path, Format, Strict);
        HaConfiguration configuration = ConfigurationSource.Require(result);
        WriteWarnings(result.Diagnostics);
        return new ConfigurationText(HaConfigurationWriter.WriteYaml(configuration), ConfigurationText.Yaml, path);
    }
}
