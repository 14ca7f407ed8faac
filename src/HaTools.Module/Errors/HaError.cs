using System.Management.Automation;

namespace HaTools.Module.Errors;

/// <summary>An error on its way to the user: its id is API (scripts match it), its advice says what to do.</summary>
internal sealed record HaError(string Id, ErrorCategory Category, string Message, string? Advice = null, object? Target = null,
    Exception? Cause = null)
{
    public ErrorRecord ToRecord() =>
        new(new InvalidOperationException(Message, Cause), Id, Category, Target)
        {
            ErrorDetails = new ErrorDetails(Message) { RecommendedAction = Advice ?? "" },
        };
}
