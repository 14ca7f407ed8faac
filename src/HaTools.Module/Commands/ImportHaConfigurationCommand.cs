using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>Reads a configuration (keepalived.conf, YAML, JSON) into the model.</summary>
[Cmdlet(VerbsData.Import, "HaConfiguration", DefaultParameterSetName = PathSet)]
[OutputType(typeof(HaConfiguration))]
public sealed class ImportHaConfigurationCommand : HaCmdlet
{
    private const string PathSet = "Path", TextSet = "Text";

    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        ParameterSetName = PathSet)]
    [Alias("FullName", "LiteralPath", "PSPath")]
    public string[] Path { get; set; } = [];

    /// <summary>The text itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TextSet)]
    [AllowEmptyString]
    public string InputString { get; set; } = "";

    /// <summary>The language; by default by the file's name or the look of the text.</summary>
    [Parameter]
    public HaConfigurationFormat Format { get; set; }

    /// <summary>Counts warnings as errors.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == TextSet)
        {
            Reporting(() => Write(ConfigurationSource.ReadText(InputString, Format, Strict)));
            return;
        }
        foreach (string path in Path) Reporting(() => Write(ConfigurationSource.ReadFile(FullPath(path), Format, Strict)));
    }

    private void Write(ConfigurationReadResult result)
    {
        WriteWarnings(result.Diagnostics);
        WriteObject(ConfigurationSource.Require(result));
    }
}
