namespace HaTools.Node.Views;

/// <summary>Diagnostics, one a line, in the order of the text.</summary>
internal static class DiagnosticsView
{
    public static void Write(IEnumerable<HaConfigurationDiagnostic> diagnostics, TextWriter output)
    {
        foreach (HaConfigurationDiagnostic diagnostic in diagnostics) output.WriteLine(diagnostic);
    }
}
