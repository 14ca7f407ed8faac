namespace HaTools.Module.Errors;

/// <summary>
/// Carries an error of the catalogue to the cmdlet's edge, where <see cref="Commands.HaCmdlet"/> turns it into an ErrorRecord.
/// </summary>
internal sealed class HaErrorException(HaError error) : Exception(error.Message, error.Cause)
{
    public HaError Error { get; } = error;
}
