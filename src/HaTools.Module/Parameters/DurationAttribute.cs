using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace HaTools.Module.Parameters;

/// <summary>
/// Lets a time be written as a number of seconds (PowerShell itself would take a number for ticks), as <c>100ms</c>, <c>1.5s</c>, or as a
/// TimeSpan.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Convert(ModelValues.Bare(inputData)!);

    internal static object Convert(object value)
    {
        return value switch
        {
            TimeSpan or null => value!,
            string text => Parse(text),
            IConvertible number and not (bool or char or DateTime) => Seconds(number.ToDouble(CultureInfo.InvariantCulture), value),
            IEnumerable => throw new ArgumentTransformationMetadataException("One time was expected, not a list."),
            _ => throw NoTime(value),
        };
    }

    private static TimeSpan Parse(string text)
    {
        string t = text.Trim();
        double factor = 1;
        if (t.EndsWith("ms", StringComparison.OrdinalIgnoreCase)) (t, factor) = (t[..^2], 0.001);
        else if (t.EndsWith('s')) t = t[..^1];
        if (double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) return Seconds(number * factor, text);
        if (TimeSpan.TryParse(t, CultureInfo.InvariantCulture, out TimeSpan span)) return span;
        throw NoTime(text);
    }

    private static ArgumentTransformationMetadataException NoTime(object given) =>
        new($"'{given}' is not a time. Write seconds (0.5), '500ms', or a TimeSpan ('00:00:05').");

    private static TimeSpan Seconds(double seconds, object given)
    {
        // FromSeconds of a double keeps what a person wrote: 0.1 s is 1,000,000 ticks.
        if (double.IsNaN(seconds) || Math.Abs(seconds) > 1e9)
            throw new ArgumentTransformationMetadataException($"'{given}' is out of the range of times.");
        return TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
    }
}
