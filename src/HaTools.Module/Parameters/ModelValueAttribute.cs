using System.Collections;
using System.Management.Automation;

namespace HaTools.Module.Parameters;

/// <summary>
/// Lets values of the model be written as people write them: addresses and networks as text; records as they are, as a hashtable of their properties, or
/// in the words of keepalived.conf.
/// </summary>
/// <param name="type">The model's type of one value.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ModelValueAttribute(Type type) : ArgumentTransformationAttribute
{
    /// <summary>The model's type of one value.</summary>
    public Type Type => type;

    /// <summary>Whether there may be several.</summary>
    public bool Many { get; set; }

    /// <summary>Whether an address, route or rule is one that stays, and does not follow mastership.</summary>
    public bool Static { get; set; }

    /// <summary>The block of keepalived.conf whose line it is, where the type does not say it: <c>track_script</c>.</summary>
    public string? Line { get; set; }

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = ModelValues.Bare(inputData);
        var form = new ModelForm(Static, Line);
        try
        {
            if (!Many) return ModelValues.To(type, value, form)!;
            IEnumerable<object?> list = value is IEnumerable and not string and not IDictionary ? ((IEnumerable)value).Cast<object?>() : [value];
            object[] items = [.. list.Where(i => ModelValues.Bare(i) is not null).Select(i => ModelValues.To(type, i, form)!)];
            var result = Array.CreateInstance(type, items.Length);
            Array.Copy(items, result, items.Length);
            return result;
        }
        catch (FormatException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}

/// <summary>How a value is written.</summary>
/// <param name="IsStatic">See <see cref="ModelValueAttribute.Static"/>.</param>
/// <param name="Line">See <see cref="ModelValueAttribute.Line"/>.</param>
internal readonly record struct ModelForm(bool IsStatic = false, string? Line = null);
