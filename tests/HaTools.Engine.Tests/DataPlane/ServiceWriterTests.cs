using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Linux;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>Writing while somebody else writes the same table.</summary>
public sealed class ServiceWriterTests : IServiceSink, IDisposable
{
    private static readonly DestinationKey[] Servers =
        [.. Enumerable.Range(101, 5).Select(h => new DestinationKey(IPAddress.Parse($"192.168.1.{h}"), 80))];

    private readonly List<string> warnings = [];
    private readonly MemoryDataPlane plane = new();
    private readonly ServiceWriter writer;

    public ServiceWriterTests() => writer = new ServiceWriter(this);

    [Fact]
    public void Whoever_is_quicker_now_and_then_does_not_keep_ours_from_being_what_it_should_be()
    {
        var random = new RandomPlane(4711);
        for (int round = 0; round < 300; round++)
        {
            using var table = new MemoryDataPlane();
            ServiceKey[] keys = RandomPlane.Keys[..4];
            PlaneService[] foreign = [.. RandomPlane.Keys[4..].Select(k => RandomService(random, k))];
            foreach (PlaneService service in foreign.Concat(keys.Where(_ => random.Coin()).Select(k => RandomService(random, k)))) Put(table, service);
            string[] before = Words(table, foreign.Select(s => s.Key));
            Dictionary<ServiceKey, PlaneService> wanted = keys.Where(_ => !random.Coin(4)).Select(k => RandomService(random, k)).ToDictionary(s => s.Key);

            // Three times, at any moment between two changes of ours, as long as there are attempts left to see it.
            int left = 3;
            table.Before = _ =>
            {
                if (left == 0 || !random.Coin(4)) return;
                left--;
                Interfere(table, random, random.One(keys));
            };
            HashSet<ServiceKey> failed = writer.Write(table, keys, (k, _) => wanted.GetValueOrDefault(k), (_, _, _) => { });

            // What came after our last look is not ours to know.
            table.Before = null;
            Assert.Empty(failed);
            Assert.Empty(writer.Complaints);
            Assert.Empty(writer.Write(table, keys, (k, _) => wanted.GetValueOrDefault(k), (_, _, _) => { }));
            Assert.Equal(Words(wanted.Values), Words(table, keys));
            Assert.Equal(before, Words(table, foreign.Select(s => s.Key)));
        }

        Assert.Empty(warnings);
    }

    [Fact]
    public void Somebody_who_always_changes_it_back_is_told_once_until_it_is_over()
    {
        PlaneService wanted = Service(1);
        bool fights = true;
        plane.Before = c =>
        {
            if (fights && c.Kind == PlaneChangeKind.AddDestination) _ = plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveService, wanted));
        };

        for (int i = 0; i < 3; i++) Assert.Equal([wanted.Key], Write(wanted));
        Assert.Equal(["AddDestination tcp 192.168.1.120:80 192.168.1.101:80: ESRCH"], warnings);
        Assert.Equal(warnings, writer.Complaints);

        fights = false;
        Assert.Empty(Write(wanted));
        Assert.Empty(writer.Complaints);
        fights = true;
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveService, wanted));
        Assert.Equal([wanted.Key], Write(wanted));
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void A_value_that_never_comes_out_as_it_was_written_is_a_failure()
    {
        PlaneService wanted = Service(7);
        Assert.Empty(Write(wanted));
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.SetDestination, wanted, wanted.Destinations[0] with { Weight = 3 }));
        plane.Lose = c => c.Kind == PlaneChangeKind.SetDestination;

        Assert.Equal([wanted.Key], Write(wanted));

        Assert.Equal(
            ["SetDestination tcp 192.168.1.120:80 192.168.1.101:80 was written and is not in the table: somebody else is changing it too"], warnings);
    }

    [Fact]
    public void A_refusal_names_its_object_and_the_rest_is_done()
    {
        PlaneService bad = Service(1) with { Scheduler = "nosuch" };
        PlaneService good = bad with { Key = RandomPlane.Keys[1], Scheduler = "rr" };
        List<(ServiceKey, bool)> settled = [];

        HashSet<ServiceKey> failed = writer.Write(
            plane, [bad.Key, good.Key], (k, _) => k == bad.Key ? bad : good, (k, _, isReached) => settled.Add((k, isReached)));

        Assert.Equal([bad.Key], failed);
        Assert.Equal(["AddService tcp 192.168.1.120:80: ENOENT"], writer.Complaints);
        Assert.Equal([(bad.Key, false), (good.Key, true)], settled);
        Assert.Equal(good.Key, Assert.Single(plane.Read(null)).Key);
    }

    [Fact]
    public void Only_what_was_changed_is_read_back()
    {
        PlaneService[] services = [.. RandomPlane.Keys.Select(k => Service(1) with { Key = k, Destinations = [] })];
        foreach (PlaneService service in services) Put(plane, service);
        int before = plane.ReadKeys;

        Assert.Empty(writer.Write(plane, RandomPlane.Keys, (k, _) => services.Single(s => s.Key == k) with { Scheduler = k == RandomPlane.Keys[3] ? "wlc" : "wrr" }, (_, _, _) => { }));

        Assert.Equal(PlaneChangeKind.SetService, Assert.Single(plane.TakeApplied(), c => c.Kind != PlaneChangeKind.AddService).Kind);
        Assert.Equal(RandomPlane.Keys.Length + 1, plane.ReadKeys - before);
    }

    [Fact]
    public void Servers_are_not_entered_again_where_that_would_end_their_connections()
    {
        PlaneService wanted = Service(1) with { Scheduler = "mh", Destinations = [Server(101), Server(102)] };
        Put(plane, wanted with { Destinations = [Server(102)] });
        _ = plane.TakeApplied();
        plane.ReenteringKeepsConnections = false;

        Assert.Empty(Write(wanted));
        Assert.Equal(["AddDestination tcp 192.168.1.120:80 192.168.1.101:80"], plane.TakeApplied().Select(c => c.ToString()));
        Assert.Contains("expire_nodest_conn", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(warnings, writer.Complaints);

        plane.ReenteringKeepsConnections = true;
        Assert.Empty(Write(wanted));
        Assert.Equal(["RemoveDestination", "AddDestination"], plane.TakeApplied().Select(c => c.Kind.ToString()));
        Assert.Equal([Server(102), Server(101)], plane.Read(null)[0].Destinations);
        Assert.Empty(writer.Complaints);
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
        if (kind == "Warning") warnings.Add(message);
    }

    void IServiceSink.OnPrepared(string instance) => throw new InvalidOperationException(instance);

    public void Dispose() => plane.Dispose();

    private HashSet<ServiceKey> Write(PlaneService wanted) => writer.Write(plane, [wanted.Key], (_, _) => wanted, (_, _, _) => { });

    private static void Put(MemoryDataPlane table, PlaneService service) => Assert.Empty(table.Apply(Convergence.Plan([service], [], new HashSet<ServiceKey>())));

    private static PlaneService Service(int weight) => new()
    {
        Key = RandomPlane.Keys[0],
        Scheduler = "wrr",
        Destinations = [Server(101) with { Weight = weight }],
    };

    private static PlaneDestination Server(int host) =>
        new() { Key = new DestinationKey(IPAddress.Parse($"192.168.1.{host}"), 80), Forwarding = 0, Weight = 1 };

    private static PlaneService RandomService(RandomPlane random, ServiceKey key) =>
        random.Service(key, [.. Servers.Where(_ => random.Coin()).Select(s => random.Server(s, key.Address.AddressFamily))]);

    private static void Interfere(MemoryDataPlane table, RandomPlane random, ServiceKey key)
    {
        PlaneService service = random.Service(key);
        PlaneDestination server = random.Server(random.One(Servers), key.Address.AddressFamily);
        var change = new PlaneChange(random.One(Enum.GetValues<PlaneChangeKind>()), service, server);
        int errno = table.Interfere(change);
        Assert.True(errno is 0 or Errno.ENOENT or Errno.ESRCH or Errno.EEXIST, $"{change} {Errno.Name(errno)}");
    }

    private static string[] Words(MemoryDataPlane table, IEnumerable<ServiceKey> keys) => Words(table.Read([.. keys]));

    // The order of servers, where it matters, is ServerOrder's.
    private static string[] Words(IEnumerable<PlaneService> services) =>
    [
        .. services.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal)
            .SelectMany(s => s.Destinations.Select(d => d.ToString()).Order(StringComparer.Ordinal).Prepend((s with { Destinations = [] }).ToString())),
    ];
}
