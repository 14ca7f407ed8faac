namespace HaTools.Configuration.Diagnostics;

/// <summary>Collects what there is to say about one text.</summary>
internal sealed class DiagnosticBag(string? file)
{
    private readonly List<HaConfigurationDiagnostic> items = [];

    public bool HasErrors { get; private set; }

    public void Error(string code, TextPosition position, string? text, string message) =>
        Add(HaDiagnosticSeverity.Error, code, position, text, message);

    public void Warning(string code, TextPosition position, string? text, string message) =>
        Add(HaDiagnosticSeverity.Warning, code, position, text, message);

    public void Add(HaDiagnosticSeverity severity, string code, TextPosition position, string? text, string message)
    {
        HasErrors |= severity == HaDiagnosticSeverity.Error;
        items.Add(new HaConfigurationDiagnostic
        {
            Severity = severity,
            Code = code,
            Message = message,
            File = file,
            Line = position.Line,
            Column = position.Column,
            Text = text,
        });
    }

    /// <summary>The result: the diagnostics in the order of the text, and the model if nothing stands against it.</summary>
    /// <param name="configuration">The model as far as it could be read.</param>
    /// <param name="strict">Makes every warning an error.</param>
    public ConfigurationReadResult ToResult(HaConfiguration configuration, bool strict)
    {
        IEnumerable<HaConfigurationDiagnostic> ordered = items.OrderBy(d => d.Line).ThenBy(d => d.Column);
        if (strict) ordered = ordered.Select(d => d with { Severity = HaDiagnosticSeverity.Error });
        bool usable = !HasErrors && (!strict || items.Count == 0);
        return new ConfigurationReadResult(usable ? configuration : null, ordered.ToValueList());
    }
}
