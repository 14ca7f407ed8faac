using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What a successor knows of the services of one that was killed: here, one that is never asked to take its services away.</summary>
public sealed class ServiceMemoryTests : IServiceSink, IDisposable
{
    private static readonly VirtualServer Web = new()
    {
        Address = IPAddress.Parse("127.0.0.2"),
        Port = 80,
        RealServers = [new RealServer { Address = IPAddress.Parse("127.0.0.1"), Port = 80 }],
    };

    private static readonly VirtualServer Mail = Web with { Port = 25 };
    private static readonly Dictionary<ServiceKey, string> Ungated = [];

    private readonly string folder = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly WorkThread thread = new("test-services");
    private readonly MemoryDataPlane plane = new();
    private readonly List<string> told = [];
    private readonly List<ServiceController> controllers = [];

    [Fact]
    public void Every_key_is_read_as_it_was_written_and_nothing_else_is()
    {
        foreach (ServiceKey key in RandomPlane.Keys)
        {
            Assert.True(ServiceKey.TryParse(key.ToString(), out ServiceKey? read), key.ToString());
            Assert.Equal(key, read);
        }

        string[] others = ["", "tcp", "tcp 192.0.2.1", "TCP 192.0.2.1:80", "icmp 192.0.2.1:80", "fwmark 0", "fwmark -1", "fwmark 7 ipv4", "tcp 192.0.2.1:080", "tcp 192.0.2.1:80 ", "none 192.0.2.1:80 x"];
        foreach (string other in others) Assert.False(ServiceKey.TryParse(other, out _), other);
    }

    [Fact]
    public async Task The_services_are_in_the_file_before_they_are_in_the_table()
    {
        List<string> before = [];
        plane.Before = _ => before.Add(File.ReadAllText(FileOf("n")));
        ServiceController controller = Start("n");
        await ConfigureAsync(controller, Web, Mail);

        Assert.Equal(4, before.Count);
        Assert.All(before, text =>
        {
            Assert.Contains("\"tcp 127.0.0.2:80\"", text, StringComparison.Ordinal);
            Assert.Contains("\"tcp 127.0.0.2:25\"", text, StringComparison.Ordinal);
        });

        // And as long as they may be in the table.
        plane.Before = null;
        plane.Refuse = c => c.Kind == PlaneChangeKind.RemoveService ? "busy" : null;
        await controller.RemoveAllAsync();
        Assert.True(File.Exists(FileOf("n")));
        plane.Refuse = null;
        await controller.RemoveAllAsync();
        Assert.Empty(plane.Read(null));
        Assert.False(File.Exists(FileOf("n")));
    }

    [Fact]
    public async Task Whose_a_service_is_can_be_asked_of_some_nodes()
    {
        await ConfigureAsync(Start("n"), Web, Mail);
        await ConfigureAsync(Start("other"), Web with { Port = 81 });

        Assert.Equal(new Dictionary<ServiceKey, string> { [ServiceKey.Of(Web)] = "n", [ServiceKey.Of(Mail)] = "n" }, Owners("n"));
        Assert.Equal([ServiceKey.Of(Web with { Port = 81 })], Owners("other").Keys);
        Assert.Equal(3, Owners("n", "other").Count);
        Assert.Empty(Owners("oth", "others", ""));

        Dictionary<ServiceKey, string> Owners(params string[] nodes) => ServiceMemory.OfNodes(folder, nodes.Contains);
    }

    [Fact]
    public async Task What_a_predecessor_left_and_nobody_names_any_more_goes_when_the_new_configuration_is_in_force()
    {
        PlaneService foreign = new() { Key = RandomPlane.Keys[0], Scheduler = "rr" };
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.AddService, foreign));
        await ConfigureAsync(Start("n"), Web, Mail);

        ServiceController successor = Start("n");
        await successor.RequireAsync([Web]);
        await successor.ConfigureAsync([Web], Ungated, _ => true, keepRemoved: true);
        Assert.Equal(3, plane.Read(null).Count);
        Assert.True(successor.HasLeftovers);
        await successor.ConfigureAsync([Web], Ungated, _ => true);

        Assert.Equal([foreign.Key, ServiceKey.Of(Web)], plane.Read(null).Select(s => s.Key));
        Assert.Equal([ServiceKey.Of(Web)], ServiceMemory.OfNodes(folder, n => n == "n").Keys);
        Assert.All(told, t => Assert.StartsWith("VS [", t, StringComparison.Ordinal));

        // Whoever adds that service now is somebody else.
        _ = plane.Interfere(new PlaneChange(PlaneChangeKind.AddService, foreign with { Key = ServiceKey.Of(Mail) }));
        await successor.RemoveAllAsync();
        Assert.Equal([foreign.Key, ServiceKey.Of(Mail)], plane.Read(null).Select(s => s.Key));
    }

    [Fact]
    public async Task A_configuration_without_services_removes_what_a_predecessor_left_too()
    {
        await ConfigureAsync(Start("n"), Web);

        ServiceController successor = Start("n");
        await successor.ConfigureAsync([], Ungated, _ => true, keepRemoved: true);
        Assert.True(successor.HasLeftovers);
        await successor.ConfigureAsync([], Ungated, _ => true);

        Assert.Empty(plane.Read(null));
        Assert.False(File.Exists(FileOf("n")));
    }

    [Fact]
    public async Task What_another_node_has_too_is_left_to_it()
    {
        await ConfigureAsync(Start("other"), Web);
        ServiceController one = Start("n");
        await ConfigureAsync(one, Web, Mail);

        await one.RemoveAllAsync();

        Assert.Equal(ServiceKey.Of(Web), Assert.Single(plane.Read(null)).Key);
        Assert.Contains("VS [127.0.0.2]:tcp:80 is left to node other, which has it too", told);
        Assert.False(File.Exists(FileOf("n")));
        Assert.True(File.Exists(FileOf("other")));
    }

    [Fact]
    public async Task A_purge_removes_what_no_node_names_and_nothing_while_that_is_not_known()
    {
        PlaneService foreign = new() { Key = RandomPlane.Keys[0], Scheduler = "rr" };
        PlaneService wantedSoon = foreign with { Key = ServiceKey.Of(Mail) };
        foreach (PlaneService one in new[] { foreign, wantedSoon }) _ = plane.Interfere(new PlaneChange(PlaneChangeKind.AddService, one));

        // One that does not run: its file names it all the same.
        VirtualServer theirs = Web with { Port = 81 };
        await ConfigureAsync(Start("other"), theirs);
        ServiceController purger = Start("n");
        await ConfigureAsync(purger, Web);

        string file = File.ReadAllText(FileOf("other"));
        File.WriteAllText(FileOf("other"), "{ torn");
        Assert.Empty(await purger.FindForeignAsync([Mail]));
        await purger.PurgeAsync();
        await purger.PurgeAsync();
        Assert.Equal(4, plane.Read(null).Count);
        string complaint = Assert.Single(await purger.GetComplaintsAsync());
        Assert.StartsWith("no foreign service is removed now (ipvs: foreign: purge), since it is not known which ones other nodes have: ", complaint, StringComparison.Ordinal);
        Assert.Equal(1, told.Count(t => t == complaint));

        File.WriteAllText(FileOf("other"), file);
        Assert.Equal([foreign.Key], await purger.FindForeignAsync([Mail]));
        await purger.PurgeAsync();
        Assert.Equal([ServiceKey.Of(theirs), ServiceKey.Of(Web)], plane.Read(null).Select(s => s.Key));
        Assert.Empty(await purger.GetComplaintsAsync());
        Assert.Contains(told, t => t.Contains("is removed: neither this node nor another one here names it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_could_not_be_purged_is_no_complaint_once_its_owner_has_removed_it()
    {
        PlaneService foreign = new() { Key = RandomPlane.Keys[0], Scheduler = "rr" };
        Assert.Equal(0, plane.Interfere(new PlaneChange(PlaneChangeKind.AddService, foreign)));
        ServiceController purger = Start("n");
        await ConfigureAsync(purger, Web);
        plane.Refuse = c => c.Kind == PlaneChangeKind.RemoveService ? "not now" : null;

        await purger.PurgeAsync();
        Assert.Equal(2, plane.Read(null).Count);
        Assert.Contains(told, t => t.EndsWith(": not now", StringComparison.Ordinal));
        plane.Refuse = null;
        Assert.Equal(0, plane.Interfere(new PlaneChange(PlaneChangeKind.RemoveService, foreign)));
        Assert.Empty(await purger.GetComplaintsAsync());
    }

    [Fact]
    public async Task What_could_not_be_removed_and_is_another_node_s_by_now_is_no_complaint()
    {
        ServiceController one = Start("n");
        await ConfigureAsync(one, Web, Mail);
        plane.Refuse = c => c.Kind == PlaneChangeKind.RemoveService ? "not now" : null;
        await ConfigureAsync(one, Mail);
        Assert.NotEmpty(await one.GetComplaintsAsync());

        plane.Refuse = null;
        await ConfigureAsync(Start("other"), Web);
        await ConfigureAsync(one, Mail);
        Assert.Empty(await one.GetComplaintsAsync());
        Assert.Equal(2, plane.Read(null).Count);
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_in_the_status_and_the_services_are_served()
    {
        // A file where its folder should be.
        string place = Path.Combine(folder, "run");
        File.WriteAllText(place, "");
        var memory = new ServiceMemory(place, "n", told.Add);
        var controller = new ServiceController(thread, () => plane, this, memory);
        await ConfigureAsync(controller, Web);

        Assert.Single(plane.Read(null));
        string complaint = Assert.Single(await controller.GetComplaintsAsync());
        Assert.StartsWith("the services that are this node's: what is changed on the host cannot be remembered: ", complaint, StringComparison.Ordinal);
        Assert.Equal(1, told.Count(t => t == complaint));

        File.Delete(place);
        await thread.RunAsync(memory.TryAgain);
        Assert.Empty(await controller.GetComplaintsAsync());
        Assert.True(File.Exists(Path.Combine(place, "n.services.json")));
    }

    [Theory]
    [InlineData("{ torn", "cannot be understood")]
    [InlineData("""{ "services": ["tcp 127.0.0.2:80"], "boot": "another", "namespace": "net:[1]" }""", "is about another boot")]
    public async Task A_file_that_is_damaged_or_of_another_boot_is_told_and_not_believed(string text, string word)
    {
        await ConfigureAsync(Start("other-run"), Web);
        File.Delete(FileOf("other-run"));
        File.WriteAllText(FileOf("n"), text);

        await ConfigureAsync(Start("n"), Mail);

        Assert.Equal(2, plane.Read(null).Count);
        Assert.Single(told, t => t.StartsWith(FileOf("n"), StringComparison.Ordinal) && t.Contains(word, StringComparison.Ordinal));
    }

    void IServiceSink.OnService(string kind, string subject, string message, string? state) => told.Add(message);

    void IServiceSink.OnPrepared(string instance) => throw new InvalidOperationException(instance);

    public void Dispose()
    {
        thread.Dispose();
        foreach (ServiceController controller in controllers) controller.Dispose();
        plane.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string FileOf(string node) => Path.Combine(folder, $"{node}.services.json");

    private ServiceController Start(string node)
    {
        var controller = new ServiceController(thread, () => plane, this, new ServiceMemory(folder, node, told.Add));
        controllers.Add(controller);
        return controller;
    }

    private static async Task ConfigureAsync(ServiceController controller, params VirtualServer[] servers)
    {
        await controller.RequireAsync(servers);
        await controller.ConfigureAsync(servers, Ungated, _ => true);
    }
}
