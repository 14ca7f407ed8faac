using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>Says everything that there is to say about a configuration, without applying any of it.</summary>
// The default set is tried first for what comes down the pipeline, and a path would be made of whatever that is.
[Cmdlet(VerbsDiagnostic.Test, "HaConfiguration", DefaultParameterSetName = ModelSet)]
[OutputType(typeof(HaConfigurationDiagnostic), typeof(bool))]
public sealed class TestHaConfigurationCommand : HaCmdlet
{
    private const string PathSet = "Path", TextSet = "Text", ModelSet = "Configuration";

    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        ParameterSetName = PathSet)]
    [Alias("FullName", "LiteralPath", "PSPath")]
    public string[] Path { get; set; } = [];

    /// <summary>The text itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TextSet)]
    [AllowEmptyString]
    public string InputString { get; set; } = "";

    /// <summary>A configuration made by cmdlets.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ModelSet)]
    public HaConfiguration? Configuration { get; set; }

    /// <summary>The language; by default by the file's name or the look of the text.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = TextSet)]
    public HaConfigurationFormat Format { get; set; }

    /// <summary>Counts warnings as errors.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <summary>Only says whether it can be applied: true or false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case ModelSet:
                IReadOnlyList<HaConfigurationDiagnostic> found = ConfigurationValidator.Validate(Configuration!);
                Write(Strict ? ConfigurationSource.AsErrors(found) : found);
                break;
            case TextSet:
                Reporting(() => Write(ConfigurationSource.ReadText(InputString, Format, Strict).Diagnostics));
                break;
            default:
                foreach (string path in Path)
                    Reporting(() => Write(ConfigurationSource.ReadFile(FullPath(path), Format, Strict).Diagnostics));
                break;
        }
    }

    private void Write(IReadOnlyList<HaConfigurationDiagnostic> diagnostics)
    {
        if (Quiet) WriteObject(!diagnostics.Any(d => d.Severity == HaDiagnosticSeverity.Error));
        else WriteObject(diagnostics, enumerateCollection: true);
    }
}
