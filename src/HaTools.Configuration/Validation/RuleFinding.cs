using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>What a rule found in a model.</summary>
/// <param name="Severity">How grave it is.</param>
/// <param name="Code">The diagnostic's stable name.</param>
/// <param name="Path">Where in the model.</param>
/// <param name="Text">The offending value, or null.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record RuleFinding(HaDiagnosticSeverity Severity, string Code, ModelPath Path, string? Text, string Message);
