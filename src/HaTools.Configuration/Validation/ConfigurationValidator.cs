namespace HaTools.Configuration;

/// <summary>The rules that hold for every front-end.</summary>
internal static class ConfigurationValidator
{
    /// <summary>What is amiss in a model that came from no text; messages begin with the place in the model. Empty: nothing.</summary>
    public static IReadOnlyList<HaConfigurationDiagnostic> Validate(HaConfiguration configuration) =>
    [
        .. ConfigurationRules.Check(configuration).Select(finding => new HaConfigurationDiagnostic
        {
            Severity = finding.Severity,
            Code = finding.Code,
            Message = $"{finding.Path}: {finding.Told(path => path.ToString())}",
            Text = finding.Text,
        }),
    ];
}
