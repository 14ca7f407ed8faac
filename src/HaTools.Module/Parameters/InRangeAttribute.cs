using System.Globalization;
using System.Management.Automation;

namespace HaTools.Module.Parameters;

/// <summary>A range of whole numbers, both ends included; unlike ValidateRange it lets a value pass that is not given (null).</summary>
/// <param name="least">The least.</param>
/// <param name="most">The most.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InRangeAttribute(int least, int most) : ValidateArgumentsAttribute
{
    /// <summary>The least.</summary>
    public int Least => least;

    /// <summary>The most.</summary>
    public int Most => most;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is null) return;
        long number = Convert.ToInt64(arguments, CultureInfo.InvariantCulture);
        if (number < least || number > most) throw new ValidationMetadataException($"{number} is not in the range from {least} to {most}.");
    }
}
