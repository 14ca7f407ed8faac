using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.DataPlane.Services;

/// <summary>What a group of many addresses costs, in work that is counted: twice the addresses are twice the work, whatever is done with them.</summary>
public sealed class ServiceScaleTests : IServiceSink, IDisposable
{
    private const int Many = 4096;
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-scale");
    private readonly MemoryDataPlane plane = new();
    private readonly ServiceMemory memory;
    private readonly ServiceController controller;

    public ServiceScaleTests()
    {
        memory = new ServiceMemory(directory, "n");
        controller = new ServiceController(thread, () => plane, this, memory, new Drainer(Path.Combine(directory, "n.drains.json"), this));
    }

    [Fact]
    public async Task Each_service_of_many_is_looked_at_as_often_as_each_of_a_few_and_named_in_the_file_once_or_twice()
    {
        // Read, added with two servers, and read back.
        Work loaded = await Count(() => Go(Many, weight: 1));
        Assert.Equal(Many, plane.Read(null).Count);
        Assert.InRange(loaded.Visits, Many, 6 * Many);
        Assert.Equal((1, Many), (loaded.Writes, loaded.Names));

        Assert.Equal(new Work(0, 0, 0), await Count(() => Go(Many, weight: 1)));

        Work weighed = await Count(() => Go(Many, weight: 7));
        Assert.All(plane.Read(null), s => Assert.Single(s.Destinations, d => d.Weight == 7));
        Assert.InRange(weighed.Visits, Many, 4 * Many);
        Assert.Equal((0, 0), (weighed.Writes, weighed.Names));

        Work gone = await Count(controller.RemoveAllAsync);
        Assert.Empty(plane.Read(null));
        Assert.InRange(gone.Visits, Many, 4 * Many);
        Assert.InRange(gone.Writes, 1, 2 + int.Log2(Many));
        Assert.InRange(gone.Names, 0, 2 * Many);
        Assert.Empty(Directory.EnumerateFiles(directory, "*.services.json"));
    }

    [Fact]
    public async Task Whenever_a_removal_of_many_is_cut_off_the_file_names_all_that_stand_in_the_table()
    {
        const int some = 700;
        await Go(some, weight: 1);
        List<int> surplus = [];
        plane.Before = change =>
        {
            HashSet<ServiceKey> named = [.. ServiceMemory.OfNodes(directory, n => n == "n").Keys];
            Assert.All(plane.Read(null), s => Assert.Contains(s.Key, named));
            surplus.Add(named.Count - plane.Read(null).Count);
        };
        await controller.RemoveAllAsync();

        // Of those that have gone it names some still, but never more than half and a portion.
        Assert.Equal(some, surplus.Count);
        Assert.InRange(surplus.Max(), 128, (some / 2) + 128);
        Assert.Empty(plane.Read(null));
        Assert.Empty(Directory.EnumerateFiles(directory, "*.services.json"));
    }

    [Fact]
    public async Task When_some_of_many_have_gone_the_file_names_the_others_alone_and_was_written_once()
    {
        await Go(700, weight: 1);
        Work gone = await Count(() => Go(500, weight: 1));
        Assert.Equal((1, 500), (gone.Writes, gone.Names));
        Assert.Equal(plane.Read(null).Select(s => s.Key).ToHashSet(), ServiceMemory.OfNodes(directory, n => n == "n").Keys.ToHashSet());
    }

    [Fact]
    public async Task What_is_not_in_the_table_yet_is_told_after_each_part()
    {
        const int some = 300;
        List<int> told = [];
        plane.Before = change =>
        {
            if (change.Kind != PlaneChangeKind.AddService || controller.Unwritten.Count == 0) return;
            told.Add(controller.Unwritten.Count);
        };
        await Go(some, weight: 1);
        Assert.Equal([some - 128, some - 256], told.Distinct());
        Assert.Empty(controller.Unwritten);

        plane.Before = null;
        ServiceKey stays = plane.Read(null)[0].Key;
        plane.Refuse = c => c.Service.Key == stays ? "busy" : null;
        await controller.RemoveAllAsync();
        Assert.Equal([stays], controller.Unwritten);
        plane.Refuse = null;
        await controller.RemoveAllAsync();
        Assert.Empty(controller.Unwritten);
    }

    [Fact]
    public void An_agenda_has_each_once_in_the_order_of_places_and_those_without_one_behind()
    {
        ServiceKey[] keys = [.. Enumerable.Range(1, 9).Select(i => ServiceKey.OfFirewallMark((uint)i, System.Net.Sockets.AddressFamily.InterNetwork))];
        var agenda = new ServiceAgenda();
        agenda.Add(keys[8], -1, null);
        agenda.Add(keys[7], -1, null);
        for (int i = 6; i >= 0; i--) agenda.Add(keys[i], i, i % 3 == 0 ? "VI_1" : null);
        agenda.Add(keys[5], 5, null);
        Assert.Equal((9, true, false), (agenda.Count, agenda.HasAnyOf("VI_1"), agenda.HasAnyOf("VI_2")));

        Assert.Equal([keys[0], keys[1]], agenda.Take(null, 2));
        Assert.Equal([keys[3], keys[6], keys[2]], agenda.Take("VI_1", 3));
        Assert.False(agenda.HasAnyOf("VI_1"));

        // One that comes between goes on where it stands.
        agenda.Add(keys[0], 0, "VI_1");
        Assert.Equal((true, true, false), (agenda.HasAnyOf("VI_1"), agenda.Contains(keys[4]), agenda.Contains(keys[3])));
        Assert.Equal([keys[0], keys[4], keys[5], keys[8]], agenda.Take(null, 4));
        agenda.Add(keys[6], 6, "VI_1");
        agenda.Add(keys[3], 3, "VI_1");
        Assert.Equal([keys[3], keys[6]], agenda.Take("VI_1", 1));
        Assert.Equal([keys[7]], agenda.TakeAll());
        Assert.Equal(0, agenda.Count);
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
    }

    void IServiceSink.OnPrepared(string instance)
    {
    }

    public void Dispose()
    {
        thread.Dispose();
        controller.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>A range, and a second one of a quarter of all.</summary>
    private async Task Go(int count, int weight)
    {
        VirtualServer web = new()
        {
            Group = "web",
            RealServers = [.. ((int[])[1, 2]).Select(n => new RealServer { Address = IPAddress.Parse($"10.0.0.{n}"), Port = 80, Weight = n == 1 ? weight : 1, Checks = [new TcpCheck()] })],
        };
        int second = count / 4;
        VirtualServerGroup group = new() { Name = "web", Members = [Range(0, count - second), Range(count - second, second)] };
        await controller.RequireAsync([web]);
        await controller.ConfigureAsync([web], new Dictionary<ServiceKey, string>(), _ => true, groups: [group]);

        static VirtualServerGroupMember Range(int first, int count) => new() { Address = Address(first), LastAddress = Address(first + count - 1), Port = 80 };
        static IPAddress Address(int number) => new([10, 1, (byte)(number >> 8), (byte)number]);
    }

    private async Task<Work> Count(Func<Task> what)
    {
        (long visits, int writes, long names) = (plane.Visits, memory.Writes, memory.WrittenNames);
        await what();
        return new Work(plane.Visits - visits, memory.Writes - writes, memory.WrittenNames - names);
    }

    /// <param name="Visits">Looks at services of the table.</param>
    /// <param name="Writes">Writings of the file.</param>
    /// <param name="Names">Names in them.</param>
    private sealed record Work(long Visits, int Writes, long Names);
}
