namespace HaTools;

/// <summary>Something to say about a configuration text. All of them are found in one reading.</summary>
public sealed record HaConfigurationDiagnostic
{
    /// <summary>How grave it is.</summary>
    public required HaDiagnosticSeverity Severity { get; init; }

    /// <summary>A stable name for scripts to match: UnknownKeyword, ValueOutOfRange, DuplicateName …</summary>
    public required string Code { get; init; }

    /// <summary>
    /// What is wrong, what it is taken to mean (a warning), and what to write instead where that is known; fit for a terminal: control characters that come from
    /// the text are written as <c>\u001b</c>.
    /// </summary>
    public required string Message { get; init => field = Printable.Of(value); }

    /// <summary>The file; null for text that came from elsewhere.</summary>
    public string? File { get; init; }

    /// <summary>The line, from 1; 0 when it belongs to the whole text.</summary>
    public int Line { get; init; }

    /// <summary>The column, from 1, in characters; 0 when it belongs to the whole line.</summary>
    public int Column { get; init; }

    /// <summary>The offending text as it stands there; null where there is none (something is missing).</summary>
    public string? Text { get; init; }

    /// <summary>One line, in the form that compilers use: <c>file:line:column: severity: message [Code]</c>; what belongs to the whole file has no line.</summary>
    public override string ToString() => $"{Place}: {(Severity == HaDiagnosticSeverity.Error ? "error" : "warning")}: {Message} [{Code}]";

    private string Place => (Line, Column) switch
    {
        (0, _) => Input,
        (_, 0) => $"{Input}:{Line}",
        _ => $"{Input}:{Line}:{Column}",
    };

    private string Input => File is null ? "<input>" : Printable.Of(File);
}

/// <summary>How grave a diagnostic is.</summary>
public enum HaDiagnosticSeverity
{
    /// <summary>keepalived ignores or repairs it and still runs; so do we, and say what it was taken to mean.</summary>
    Warning,

    /// <summary>The meaning cannot be known: nothing of the configuration is applied.</summary>
    Error,
}
