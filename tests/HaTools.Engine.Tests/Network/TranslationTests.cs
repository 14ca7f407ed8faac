using System.Collections;
using System.Net;
using System.Reflection;
using HaTools.Engine.Network;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Network;

/// <summary>Each option of a route and of a rule reaches the kernel's request: one that is set makes another request than one that is not.</summary>
public class TranslationTests
{
    private static readonly RouteEntry Route = new() { Destination = IPNetwork.Parse("198.51.100.0/24") };
    private static readonly RuleEntry Rule = new() { Family = 4 };

    // Their interfaces have to be there: the tests on a kernel have them. What is done with a loss is not the kernel's matter.
    public static TheoryData<string> OptionsOfRoutes => OptionsOf<RouteEntry>("Device", "Vrf", "NoTrack", "TrackGroup");

    public static TheoryData<string> OptionsOfRules => OptionsOf<RuleEntry>("NoTrack", "TrackGroup");

    public static TheoryData<string> OptionsOfMetrics => OptionsOf<RouteMetrics>();

    public static TheoryData<string> OptionsOfNextHops => OptionsOf<RouteNextHop>("Device");

    public static TheoryData<string> OptionsOfEncapsulations => OptionsOf<RouteEncapsulation>();

    [Theory]
    [MemberData(nameof(OptionsOfRoutes))]
    public void Option_of_a_route(string option) => Assert.NotEqual(Text(Request(Route)), Text(Request(With(Route, option))));

    [Theory]
    [MemberData(nameof(OptionsOfMetrics))]
    public void Option_of_a_route_s_metrics(string option) =>
        Assert.NotEqual(Text(Request(Route)), Text(Request(Route with { Metrics = With(RouteMetrics.None, option) })));

    [Theory]
    [MemberData(nameof(OptionsOfNextHops))]
    public void Option_of_a_next_hop(string option)
    {
        RouteNextHop hop = new();
        Assert.NotEqual(Text(Request(Route with { NextHops = [hop] })), Text(Request(Route with { NextHops = [With(hop, option)] })));
    }

    [Theory]
    [MemberData(nameof(OptionsOfEncapsulations))]
    public void Option_of_an_encapsulation(string option)
    {
        RouteEncapsulation tunnel = new() { Family = 4 };
        Assert.NotEqual(Text(Request(Route with { Encapsulation = tunnel })), Text(Request(Route with { Encapsulation = With(tunnel, option) })));
    }

    [Theory]
    [MemberData(nameof(OptionsOfRules))]
    public void Option_of_a_rule(string option) => Assert.NotEqual(Text(Translation.Rule(Rule)), Text(Translation.Rule(With(Rule, option))));

    private static RouteRequest Request(RouteEntry route)
    {
        RouteRequest? request = Translation.Route(route, KernelTables.Empty, out string? missing);
        Assert.Null(missing);
        return request!;
    }

    private static TheoryData<string> OptionsOf<T>(params string[] without) =>
        [.. typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => p.Name).Except(without)];

    /// <summary>A copy in which one option is another than before.</summary>
    private static T With<T>(T model, string option)
        where T : class
    {
        var copy = (T)typeof(T).GetMethod("<Clone>$")!.Invoke(model, null)!;
        PropertyInfo property = typeof(T).GetProperty(option)!;
        property.SetValue(copy, Other(option, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, property.GetValue(model)));
        Assert.NotEqual(property.GetValue(model), property.GetValue(copy));
        return copy;
    }

    private static object Other(string option, Type type, object? former)
    {
        if (option == "Family") return 6;
        if (type == typeof(bool)) return former is not true;
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().First(v => !v.Equals(former) && Convert.ToInt32(v) != 0);
        if (type == typeof(IPAddress)) return IPAddress.Parse("192.0.2.7");
        if (type == typeof(IPNetwork)) return IPNetwork.Parse("192.0.2.0/25");
        if (type == typeof(TimeSpan)) return TimeSpan.FromMinutes(1);
        if (type == typeof(NumberRange)) return new NumberRange(3, 4);
        if (type == typeof(RouteMetrics)) return new RouteMetrics { Mtu = 1400 };
        if (type == typeof(RouteEncapsulation)) return new RouteEncapsulation { Family = 4, Id = 5 };
        if (type == typeof(ValueList<RouteNextHop>)) return (ValueList<RouteNextHop>)[new RouteNextHop { Weight = 3 }];
        if (type == typeof(ValueList<string>)) return (ValueList<string>)["window"];
        return type == typeof(string) ? "other" : Convert.ChangeType(7, type);
    }

    /// <summary>All that a request says, with what is in its collections.</summary>
    private static string Text(object? value) => value switch
    {
        null => "-",
        string or IPAddress or IPNetwork or IConvertible => value.ToString()!,
        IEnumerable many => $"[{string.Join(", ", many.Cast<object>().Select(Text).Order(StringComparer.Ordinal))}]",
        _ => $"{{{string.Join(", ", value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0).Select(p => $"{p.Name} = {Text(p.GetValue(value))}"))}}}",
    };
}
