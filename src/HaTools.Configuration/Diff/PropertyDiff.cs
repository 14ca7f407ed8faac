using System.Globalization;
using System.Net.NetworkInformation;

namespace HaTools.Configuration;

/// <summary>Reports the properties of one object that differ, as text.</summary>
internal readonly struct PropertyDiff(List<HaChange> changes, string kind, string id)
{
    private const string Mask = "********";

    public void Compare<T>(string property, T before, T after)
    {
        if (!EqualityComparer<T>.Default.Equals(before, after)) Set(property, Format(before), Format(after));
    }

    /// <summary>As <see cref="Compare"/>, and neither value is shown.</summary>
    public void CompareSecret(string property, string? before, string? after)
    {
        if (before != after) Set(property, before is null ? null : Mask, after is null ? null : Mask);
    }

    public void Set(string property, string? before, string? after) => changes.Add(new HaChange
    {
        Action = HaChangeAction.Set,
        Kind = kind,
        Id = id,
        Property = property,
        Before = before,
        After = after,
    });

    private static string? Format<T>(T value) => value switch
    {
        null => null,
        TimeSpan time => Durations.Format(time),
        PhysicalAddress mac => Networks.Format(mac),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
