using HaTools.Vrrp;

namespace HaTools.Engine.Tests.Vrrp;

/// <summary>What the thread does when, and when it stood still.</summary>
public class TimeTests
{
    private const string Vip = "10.9.0.100/24";

    [NamespaceFact]
    public async Task AdvertGoesFirstThenFiveGratuitousArpsForEachAddressAndFiveMoreLater()
    {
        using var network = new TestNetwork(2);
        using var capture = new FrameCapture(network.Nodes[1]);
        VrrpInstance instance = TestHost.Unhurried(150, Vip, "10.9.0.101/32") with { GarpDelay = TimeSpan.FromSeconds(4) };
        await using TestHost host = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(instance));
        await host.Becomes(VrrpStateKind.Master);
        await Eventually.True(() =>
            capture.Frames.Count(f => f == "garp 10.9.0.100") >= 10 && capture.Frames.Count(f => f == "garp 10.9.0.101") >= 10);
        await host.Host.StopAsync();
        await Eventually.True(() => capture.Frames.Contains("advert 0"));

        IReadOnlyList<string> frames = capture.Frames;
        string[] burst = [.. Enumerable.Repeat<string[]>(["garp 10.9.0.100", "garp 10.9.0.101"], 5).SelectMany(b => b)];
        Assert.Equal(["advert 150", .. burst, "advert 150"], frames.Take(12));
        Assert.Equal(20, frames.Count(f => f.StartsWith("garp", StringComparison.Ordinal)));

        // The second burst is in one piece too, and adverts went on before it.
        int second = frames.ToList().LastIndexOf("garp 10.9.0.101") - 9;
        Assert.Equal(burst, frames.Skip(second).Take(10));
        Assert.True(second > 12);
    }

    [NamespaceFact]
    public async Task BackupWhoseThreadStoodStillReadsWhatCameBeforeItActsOnItsTimer()
    {
        using var network = new TestNetwork(2);
        HaConfiguration configuration = TestHost.Configuration(TestHost.Unhurried(100) with { TrackScripts = [new Tracked("weighs")] })
            with
        { Scripts = [new ScriptTracker { Name = "weighs", Command = "x", Weight = -10 }] };
        await using TestHost master = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(TestHost.Unhurried(150)));
        await master.Becomes(VrrpStateKind.Master);
        await using TestHost backup = await TestHost.StartAsync(network.Nodes[1], configuration);
        await backup.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => backup.StateAsync().GetAwaiter().GetResult().Master is not null);

        using var hang = new ManualResetEventSlim();
        backup.Hang = hang;
        backup.Host.SetTracker(new TrackerKey(TrackerKind.Script, "weighs"), TrackerReading.Of(false));

        // Longer than two master down intervals of 3.6 s.
        await Task.Delay(8000);
        backup.Hang = null;
        hang.Set();
        await Task.Delay(1000);
        VrrpState state = await backup.StateAsync();
        Assert.Equal((VrrpStateKind.Backup, 0), (state.State, state.Statistic.BecameMaster));
        Assert.Equal(0, (await master.StateAsync()).Statistic.ReleasedMaster);
    }

    [NamespaceFact]
    public async Task BackupWhoseThreadStoodStillReadsAllOfItsManyInterfacesBeforeItActsOnItsTimers()
    {
        // More than twice of what one wait of epoll reports.
        const int Many = 150;
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        int[] wires = [.. Enumerable.Range(1, Many)];
        a.IpBatch(wires.Select(w => $"link add wire{w} type veth peer name wire{w} netns {b.Namespace.FilePath}"));
        a.IpBatch(wires.SelectMany(w => new[] { $"addr add 10.10.{w}.1/24 dev wire{w}", $"link set wire{w} up" }));
        b.IpBatch(wires.SelectMany(w => new[] { $"addr add 10.10.{w}.2/24 dev wire{w}", $"link set wire{w} up" }));

        VrrpInstance[] Instances(int priority) =>
        [
            .. wires.Select(w => TestHost.Unhurried(priority, $"10.10.{w}.100/24") with
            {
                Name = $"VI_{w}",
                Interface = $"wire{w}",
                TrackScripts = [new Tracked("weighs")],
            }),
        ];
        HaConfiguration Configuration(int priority) =>
            TestHost.Configuration(Instances(priority)) with { Scripts = [new ScriptTracker { Name = "weighs", Command = "x", Weight = -10 }] };
        await using TestHost backup = await TestHost.StartAsync(b, Configuration(100));
        await using TestHost master = await TestHost.StartAsync(a, Configuration(150));
        await Eventually.True(() => master.Host.GetStatesAsync().GetAwaiter().GetResult().All(s => s.State == VrrpStateKind.Master));
        await Eventually.True(() => backup.Host.GetStatesAsync().GetAwaiter().GetResult().All(s => s is { State: VrrpStateKind.Backup, Master: not null }));
        long before = (await backup.Host.GetStatesAsync()).Sum(s => s.Statistic.BecameMaster);

        using var hang = new ManualResetEventSlim();
        backup.Hang = hang;
        backup.Host.SetTracker(new TrackerKey(TrackerKind.Script, "weighs"), TrackerReading.Of(false));
        await Task.Delay(8000);
        backup.Hang = null;
        hang.Set();
        await Task.Delay(500);
        Assert.Equal(before, (await backup.Host.GetStatesAsync()).Sum(s => s.Statistic.BecameMaster));
    }

    [NamespaceFact]
    public async Task MasterWhoseThreadHangsLosesTheAddressByTheKernelsHandAndTakesItAgainWhenItGoesOn()
    {
        using var network = new TestNetwork(2);
        TestNode a = network.Nodes[0], b = network.Nodes[1];
        HaConfiguration configuration = TestHost.Configuration(TestHost.Instance(150) with { TrackScripts = [new Tracked("weighs")] })
            with
        { Scripts = [new ScriptTracker { Name = "weighs", Command = "x", Weight = -10 }] };
        await using TestHost master = await TestHost.StartAsync(a, configuration);
        await master.Becomes(VrrpStateKind.Master);
        await using TestHost backup = await TestHost.StartAsync(b, TestHost.Configuration(TestHost.Instance(100)));

        using var hang = new ManualResetEventSlim();
        master.Hang = hang;
        master.Host.SetTracker(new TrackerKey(TrackerKind.Script, "weighs"), TrackerReading.Of(false));
        await backup.Becomes(VrrpStateKind.Master);
        await Eventually.True(() => !a.Has(Vip));
        Assert.True(b.Has(Vip));

        master.Hang = null;
        hang.Set();
        await backup.Becomes(VrrpStateKind.Backup);
        await Eventually.True(() => a.Has(Vip) && !b.Has(Vip));
        await Eventually.True(() => master.Messages.Any(m => m.StartsWith("A thread timer expired", StringComparison.Ordinal)));
    }

    [NamespaceFact]
    public async Task RefusedAdvertsAreToldOnceAndCounted()
    {
        using var network = new TestNetwork(2);
        VrrpInstance WithPassword(int priority, string password) => TestHost.Instance(priority) with
        {
            Version = 2,
            AdvertisementInterval = TimeSpan.FromSeconds(1),
            Authentication = new VrrpAuthentication(VrrpAuthenticationType.SimplePassword, password),
        };
        await using TestHost one = await TestHost.StartAsync(network.Nodes[0], TestHost.Configuration(WithPassword(150, "1111")));
        await using TestHost other = await TestHost.StartAsync(network.Nodes[1], TestHost.Configuration(WithPassword(100, "2222")));
        await Eventually.True(() =>
            other.StateAsync().GetAwaiter().GetResult().Statistic.Rejected.GetValueOrDefault("AuthenticationFailure") >= 3);
        Assert.Single(other.Messages, m => m.Contains("password", StringComparison.Ordinal));
        Assert.DoesNotContain(other.Messages, m => m.Contains("1111", StringComparison.Ordinal));
    }
}
