namespace HaTools.Configuration;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Configuration">The model; null exactly when there is an Error among the diagnostics.</param>
/// <param name="Diagnostics">Everything there is to say, in the order of the text.</param>
internal sealed record ConfigurationReadResult(HaConfiguration? Configuration, ValueList<HaConfigurationDiagnostic> Diagnostics);
