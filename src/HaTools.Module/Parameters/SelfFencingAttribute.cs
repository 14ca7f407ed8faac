using System.Management.Automation;

namespace HaTools.Module.Parameters;

/// <summary>Lets self-fencing be written as <c>auto</c>, <c>off</c> or a number of seconds.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SelfFencingAttribute : ArgumentTransformationAttribute
{
    private static readonly DurationAttribute Duration = new();

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is null or SelfFencing) return value!;
        if (value is string text)
        {
            if (text.Equals("auto", StringComparison.OrdinalIgnoreCase)) return SelfFencing.Automatic;
            if (text.Equals("off", StringComparison.OrdinalIgnoreCase)) return SelfFencing.Off;
        }
        try
        {
            return SelfFencing.After((TimeSpan)Duration.Transform(engineIntrinsics, inputData));
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
