using System.Reflection;
using System.Text.RegularExpressions;
using HaTools.Engine.Control;

namespace HaTools.Engine.Tests.Control;

/// <summary>The Varlink description is written by hand for its comments; these hold it against the records that really cross.</summary>
public sealed partial class DescriptionTests
{
    private static readonly string Text = Comment().Replace(ControlDescription.Find(VarlinkNames.Interface)!, "");

    public static TheoryData<Type> Records { get; } =
    [
        typeof(HaNodeStatus), typeof(VrrpState), typeof(VrrpGroupState), typeof(VrrpStatistic), typeof(HaTrackerState), typeof(IpvsServiceState), typeof(HaNameState), typeof(IpvsRealServerState), typeof(IpvsCheckState), typeof(IpvsDrainState), typeof(IpvsDriftState),
        typeof(IpvsParameterState), typeof(HaNotifyState), typeof(HaNotifyFifoState), typeof(HaDeliveryState), typeof(ConfigurationText), typeof(HaChange), typeof(HaConfigurationDiagnostic), typeof(PlanReply), typeof(HaEvent),
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void Every_field_is_described_with_its_type(Type record)
    {
        var nullability = new NullabilityInfoContext();
        string[] expected = [.. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => $"{CamelCase(p.Name)}: {TypeName(p.PropertyType, nullability.Create(p))}")];

        Assert.Equal(expected.Order(StringComparer.Ordinal), Fields(record.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_method_is_described()
    {
        string[] methods = [.. Regex.Matches(Text, @"^method (\w+)", RegexOptions.Multiline).Select(m => $"{VarlinkNames.Interface}.{m.Groups[1].Value}")];

        string[] served =
        [
            VarlinkNames.GetStatus, VarlinkNames.GetConfiguration, VarlinkNames.Plan, VarlinkNames.Apply, VarlinkNames.Reload, VarlinkNames.Announce, VarlinkNames.Drain, VarlinkNames.Restore, VarlinkNames.Stop, VarlinkNames.Monitor,
        ];
        Assert.Equal(served.Order(StringComparer.Ordinal), methods.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Fields(string type)
    {
        Match match = Regex.Match(Text, $@"^type {type} \((.*?)^\)", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.True(match.Success, $"type {type} is not described");
        return Regex.Matches(match.Groups[1].Value, @"(\w+): ((?:\([^)]*\)|[^,\n])+)").Select(m => $"{m.Groups[1].Value}: {m.Groups[2].Value.Trim()}");
    }

    private static string TypeName(Type type, NullabilityInfo? nullability)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return "?" + TypeName(inner, null);
        string optional = nullability is { ReadState: NullabilityState.Nullable } && !type.IsValueType ? "?" : "";
        if (type == typeof(string) || type == typeof(DateTimeOffset)) return optional + "string";
        if (type == typeof(int) || type == typeof(long)) return "int";
        if (type == typeof(double)) return "float";
        if (type == typeof(bool)) return "bool";
        if (type.IsEnum) return $"({string.Join(", ", Enum.GetNames(type))})";
        if (type == typeof(IReadOnlyDictionary<string, long>)) return "[string]int";
        if (type.IsGenericType) return "[]" + TypeName(type.GetGenericArguments()[0], null);
        return optional + type.Name;
    }

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
