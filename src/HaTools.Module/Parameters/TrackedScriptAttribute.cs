using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace HaTools.Module.Parameters;

/// <summary>Lets trackers be given as names, as keepalived's <c>NAME weight N</c>, or as the objects that New-HaTracker made.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TrackedScriptAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is not string && value is IEnumerable list) return list.Cast<object>().Select(One).ToArray();
        return new[] { One(value) };
    }

    private static Tracked One(object item)
    {
        switch (item is PSObject wrapped ? wrapped.BaseObject : item)
        {
            case Tracked tracked:
                return tracked;
            case ScriptTracker tracker:
                return new Tracked(tracker.Name);
            case string text when text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is { Length: 1 or 3 } words:
                if (words.Length == 1) return new Tracked(words[0]);
                if (words[1] == "weight"
                    && int.TryParse(words[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int weight))
                    return new Tracked(words[0], weight);
                break;
        }
        throw new ArgumentTransformationMetadataException(
            $"'{item}' is not a tracker. Give its name, 'NAME weight N', or what New-HaTracker made.");
    }
}
