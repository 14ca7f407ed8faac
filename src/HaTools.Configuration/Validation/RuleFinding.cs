using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>What a rule found in a model.</summary>
/// <param name="Severity">How grave it is.</param>
/// <param name="Code">The diagnostic's stable name.</param>
/// <param name="Path">Where in the model.</param>
/// <param name="Text">The offending value, or null.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Other">The other place that it is about, or null.</param>
internal sealed record RuleFinding(HaDiagnosticSeverity Severity, string Code, ModelPath Path, string? Text, string Message, ModelPath? Other = null)
{
    /// <summary>What is wrong, with the other place as the front-end names places.</summary>
    public string Told(Func<ModelPath, string> name) => Other is null ? Message : $"{Message} The other one stands at {name(Other)}.";
}
