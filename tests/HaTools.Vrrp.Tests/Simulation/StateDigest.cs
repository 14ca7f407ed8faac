using System.Collections;
using System.Numerics;
using System.Reflection;

namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>
/// The state of a machine, and of the referee beside it, as one number: two with the same number go on alike. Times count by how far they are from
/// now. It looks into private fields, so that a field that is added counts without anybody's doing; too much in it makes a search longer, too
/// little would make it blind.
/// </summary>
internal sealed class StateDigest
{
    /// <summary>Nothing that a machine measures is longer; the clocks of a search show more. So a number near the clock is a time.</summary>
    private const long LongestDuration = 100_000 * Wire.Second;

    /// <summary>What nothing depends on: they are for people, for the counters, or follow from the rest.</summary>
    private static readonly HashSet<string> passedOver =
        ["Settings", "StateSince", "LastAdvert", "Counters", "deadlines", "due", "<Host>k__BackingField", "<Plan>k__BackingField", "heldUntil", "settings", "<Unit>k__BackingField"];

    /// <summary>Times that have no effect when they are over.</summary>
    private static readonly HashSet<string> untilThen = ["NextAnswer", "NextLowerNotice"];

    private static readonly Dictionary<Type, FieldInfo[]> fields = [];

    private ulong digest = 14695981039346656037;

    public ulong Value => digest;

    public void Add(ulong value) => digest = BitOperations.RotateLeft((digest ^ value) * 0x9E37_79B9_7F4A_7C15, 29);

    /// <summary>Adds all that an object holds.</summary>
    public void AddObject(object? value, long now, string name = "")
    {
        switch (value)
        {
            case null:
                Add(1);
                break;
            case long number when number is not (long.MinValue or long.MaxValue) && Math.Abs(number - now) < LongestDuration:
                long from = number - now;
                Add((ulong)(untilThen.Contains(name) ? Math.Max(from, 0) : from));
                break;
            case long number:
                Add((ulong)number);
                break;
            case bool truth:
                Add(truth ? 3u : 2u);
                break;
            case AddressBits number:
                Add((ulong)number ^ (ulong)(number >> 64));
                break;
            case int or byte or uint or ushort or short or ulong or Enum:
                Add((ulong)value.GetHashCode());
                break;
            case Array or IList:
                foreach (object? element in (IEnumerable)value) AddObject(element, now);
                break;
            case string or Delegate or HaConfiguration or VrrpInstance:
                break;
            default:
                foreach (FieldInfo field in FieldsOf(value.GetType())) AddObject(field.GetValue(value), now, field.Name);
                break;
        }
    }

    private static FieldInfo[] FieldsOf(Type type)
    {
        lock (fields)
        {
            if (fields.TryGetValue(type, out FieldInfo[]? known)) return known;
            return fields[type] =
            [
                .. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(f => !passedOver.Contains(f.Name)),
            ];
        }
    }
}
