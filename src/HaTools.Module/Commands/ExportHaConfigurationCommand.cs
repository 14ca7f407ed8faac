using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>Writes a configuration, or that of a running node, in the native language.</summary>
[Cmdlet(VerbsData.Export, "HaConfiguration", SupportsShouldProcess = true, DefaultParameterSetName = NodeSet)]
[OutputType(typeof(string), typeof(FileInfo))]
public sealed class ExportHaConfigurationCommand : HaCmdlet
{
    private const string NodeSet = "Node", ModelSet = "Configuration";

    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ModelSet)]
    public HaConfiguration? Configuration { get; set; }

    /// <summary>The running node whose configuration is meant.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = NodeSet)]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <summary>The file to write; without it the text is written to the pipeline.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The language.</summary>
    [Parameter]
    public HaExportFormat Format { get; set; }

    /// <summary>Overwrites a file that exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>With -Path: writes the file's object.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        string yaml = Configuration is not null ? HaConfigurationWriter.WriteYaml(Configuration) : OfRunningNode();
        string text = Format == HaExportFormat.Json ? JsonText.FromYaml(yaml) : yaml;
        if (Path is null)
        {
            WriteObject(text);
            return;
        }
        string path = FullPath(Path);
        if (File.Exists(path) && !Force) throw new HaErrorException(HaErrors.FileExists(path));
        if (!ShouldProcess(path, "Write configuration")) return;
        ConfigurationFile.Write(path, text);
        if (PassThru) WriteObject(new FileInfo(path));
    });

    private string OfRunningNode()
    {
        string node = NodeDirectory.Resolve(Node);
        return Await(NodeDirectory.AskAsync(node, c => c.GetConfigurationAsync(StopToken), StopToken), node).Text;
    }
}
