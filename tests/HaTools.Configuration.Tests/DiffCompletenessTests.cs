using System.Collections;
using System.Net;
using System.Net.NetworkInformation;
using System.Reflection;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>A property that the diff forgot would be changed by no reload.</summary>
public class DiffCompletenessTests
{
    private static readonly NotifyScript Script = new("/n", "u");

    private static readonly NotifyScripts Notify = new()
    {
        Master = Script,
        Backup = Script,
        Fault = Script,
        Stop = Script,
        Deleted = Script,
        Any = Script,
        MasterReceivedLowerPriority = Script,
    };

    private static readonly RouteEncapsulation Encapsulation = new() { Family = 4 };

    private static readonly RouteEntry Route = new()
    {
        Destination = IPNetwork.Parse("10.5.0.0/16"),
        NextHops = [new() { Encapsulation = Encapsulation }],
        Encapsulation = Encapsulation,
        Metrics = new() { Locked = ["rtt"] },
    };

    private static readonly VirtualAddress Address = new() { Address = Ip("10.0.0.1") };

    private static readonly Tracked Follows = new("t");

    // One of everything: what is empty here could not be seen to change.
    private static readonly HaConfiguration Model = new()
    {
        NotifyFifo = new("/all") { User = "u", Script = Script },
        VrrpNotifyFifo = new("/vrrp") { User = "u", Script = Script },
        IpvsNotifyFifo = new("/ipvs") { User = "u", Script = Script },
        SmtpAlerts = new() { Server = "m", To = ["t"] },
        Webhooks = [new() { Name = "w", Url = "https://h/", Headers = [new("A", "b")] }],
        Scripts = [new() { Name = "t", Command = "/s", Recover = new() { Command = "/r" } }],
        Files = [new() { Name = "t", Path = "/f" }],
        Processes = [new() { Name = "t", Command = ["c"] }],
        BfdSessions = [new() { Name = "t", Neighbour = Ip("10.0.0.5") }],
        Ipvs = new() { Parameters = [new("sloppy_tcp", "1")], GroupMarks = new() },
        SyncDaemon = new() { Interface = "eth0", Instance = "V", SyncId = 1, MaximumLength = 1, Group = Ip("224.0.0.1"), Port = 1, Ttl = 1 },
        InterfaceDelays = [new("eth0", TimeSpan.Zero, TimeSpan.Zero)],
        GarpGroups = [new() { Interfaces = ["eth0"] }],
        StaticAddresses = [Address],
        StaticRoutes = [Route],
        StaticRules = [new() { Family = 4 }],
        TrackGroups = [new("g", ["V"])],
        SyncGroups =
        [
            new()
            {
                Name = "G",
                Members = ["V"],
                TrackInterfaces = [Follows],
                TrackScripts = [Follows],
                TrackFiles = [Follows],
                TrackProcesses = [Follows],
                TrackBfd = [Follows],
                Notify = Notify,
            },
        ],
        VrrpInstances =
        [
            new()
            {
                Name = "V",
                Interface = "eth0",
                VirtualRouterId = 1,
                Authentication = new(VrrpAuthenticationType.SimplePassword, "secret"),
                Hmac = new() { Keys = [new(1, "secret")], ActiveKey = 1 },
                UnicastPeers = [new(Ip("10.0.0.9"))],
                VirtualInterface = new(),
                VirtualAddresses = [Address],
                ExcludedAddresses = [Address],
                VirtualRoutes = [Route],
                VirtualRules = [new() { Family = 4 }],
                TrackInterfaces = [Follows],
                TrackScripts = [Follows],
                TrackFiles = [Follows],
                TrackProcesses = [Follows],
                TrackBfd = [Follows],
                Notify = Notify,
            },
        ],
        VirtualServers =
        [
            new()
            {
                Address = Ip("10.0.0.1"),
                Port = 80,
                Tunnel = new(),
                QuorumUp = Script,
                QuorumDown = Script,
                SorryServer = new() { Address = Ip("10.0.1.9"), Port = 80, Checks = [new TcpCheck()], Tunnel = new(), NotifyUp = Script, NotifyDown = Script },
                RealServers = [new() { Address = Ip("10.0.1.1"), Port = 80, Checks = [new TcpCheck(), new DnsCheck(), new SmtpCheck(), new PingCheck(), new UdpCheck(), new MiscCheck { Command = "true" }, new FileCheck { TrackFile = "f" }, new BfdCheck { Session = "b" }, new HttpCheck { Urls = [new() { Path = "/", StatusCodes = [new(200, 299)] }] }, new HttpsCheck { Urls = [new() { Path = "/", StatusCodes = [new(200, 299)] }] }], Tunnel = new(), NotifyUp = Script, NotifyDown = Script }],
            },
        ],
        VirtualServerGroups = [new() { Name = "web", Members = [new() { Address = Ip("10.0.0.20"), LastAddress = Ip("10.0.0.29"), Port = 80 }] }],
        Resolver = new() { NameServers = ["10.0.0.53"] },
        Ssl = new() { Ca = "/ca" },
        DirectRoutingAddresses = [new(Ip("10.0.0.9"))],
        TunnelAddresses = [new(Ip("10.0.0.10"))],
    };

    [Fact]
    public void Every_property_of_every_record_is_compared()
    {
        var forgotten = new List<string>();
        var met = new HashSet<Type>();
        foreach ((string name, object changed) in Mutations(Model, met))
        {
            if (ConfigurationDiff.Compare(Model, (HaConfiguration)changed).Count == 0) forgotten.Add(name);
        }
        Assert.Empty(forgotten);
        Assert.Equal(SchemaTests.Keys.Keys.Select(t => t.Name).Order(), met.Select(t => t.Name).Order());
    }

    // Copies of a record with one property changed each, of it or of what it holds.
    private static IEnumerable<(string Name, object Changed)> Mutations(object record, HashSet<Type> met)
    {
        Type type = record.GetType();
        met.Add(type);
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.CanWrite))
        {
            object? value = property.GetValue(record);
            string name = $"{type.Name}.{property.Name}";
            yield return (name, With(record, property, Other(property, value)));
            if (value is not null && SchemaTests.Keys.ContainsKey(value.GetType()))
            {
                foreach ((string inner, object changed) in Mutations(value, met))
                    yield return ($"{name} {inner}", With(record, property, changed));
            }
            else if (value is IEnumerable list and not string && property.PropertyType.GetGenericArguments() is [var element])
            {
                object[] items = [.. list.Cast<object>()];
                Assert.True(items.Length > 0, $"The model needs an element in {name}.");
                for (int i = 0; i < items.Length; i++)
                {
                    if (!SchemaTests.Keys.ContainsKey(items[i].GetType())) continue;
                    foreach ((string inner, object changed) in Mutations(items[i], met))
                        yield return ($"{name} {inner}", With(record, property, List(element, [.. items[..i], changed, .. items[(i + 1)..]])));
                }
            }
        }
    }

    private static object With(object record, PropertyInfo property, object? value)
    {
        object copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        property.SetValue(copy, value);
        Assert.NotEqual(record, copy);
        return copy;
    }

    private static object List(Type element, params object[] items)
    {
        Array array = Array.CreateInstance(element, items.Length);
        items.CopyTo(array, 0);
        return typeof(ValueList<>).MakeGenericType(element).GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance)[0].Invoke([array]);
    }

    private static object? Other(PropertyInfo property, object? value)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(string)) return value + "x";
        if (type == typeof(int)) return ((int?)value ?? 6) + 1;
        if (type == typeof(uint)) return ((uint?)value ?? 6) + 1;
        if (type == typeof(ulong)) return ((ulong?)value ?? 6) + 1;
        if (type == typeof(bool)) return value is not true;
        if (type == typeof(TimeSpan)) return ((TimeSpan?)value ?? TimeSpan.Zero) + TimeSpan.FromSeconds(1);
        if (type == typeof(IPAddress)) return Ip("10.99.99.99");
        if (type == typeof(IPNetwork)) return IPNetwork.Parse("10.99.0.0/16");
        if (type == typeof(PhysicalAddress)) return PhysicalAddress.Parse("020000000001");
        if (type == typeof(NumberRange)) return new NumberRange(5, 6);
        if (type == typeof(SelfFencing)) return SelfFencing.Off;
        if (type == typeof(NotifyScripts)) return NotifyScripts.None;
        if (type == typeof(RouteMetrics)) return RouteMetrics.None;
        if (type == typeof(ResolverSettings)) return new ResolverSettings { LongestTtl = TimeSpan.FromSeconds(77) };
        if (type == typeof(SslSettings)) return new SslSettings { Key = "/key" };
        if (type == typeof(IpvsSettings)) return new IpvsSettings { UdpTimeout = TimeSpan.FromSeconds(77) };
        if (type == typeof(FirewallSettings)) return new FirewallSettings { Table = "other" };
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().First(v => !v.Equals(value));
        if (typeof(IEnumerable).IsAssignableFrom(type)) return List(type.GetGenericArguments()[0]);
        if (SchemaTests.Keys.ContainsKey(type) || type == typeof(HealthCheck)) return null;
        throw new InvalidOperationException($"The test knows no other {type} for {property.Name}: teach it.");
    }
}
