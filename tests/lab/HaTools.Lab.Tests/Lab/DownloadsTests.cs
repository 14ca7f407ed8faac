using System.Net;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Playing;
using HaTools.Lab.Servers;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Lab;

/// <summary>Long downloads and short calls end as they ended on the wire, and tell who answered.</summary>
[Trait("Needs", "root")]
public sealed class DownloadsTests
{
    private static readonly CancellationToken stop = CancellationToken.None;
    private static readonly IPEndPoint server = IPEndPoint.Parse("10.9.0.2:80");
    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(100);

    [LabFact]
    public async Task Those_that_the_server_finishes_are_whole_and_say_whose_they_are_and_from_which_port()
    {
        await using VirtualLab lab = await StartAsync();
        await using DripServer drip = await DripServer.StartAsync(lab["two"], 80, interval);
        await using Downloads downloads = await Downloads.StartAsync(lab["one"], new DownloadOptions(server, 50), stop);
        Assert.True(await Soon(() => downloads.All.All(d => d.Bytes > 200)), downloads.ToString());
        Assert.All(downloads.All, d => Assert.Equal(DownloadEnd.Running, d.End));
        drip.Finish();
        IReadOnlyList<Download> ended = await downloads.FinishAsync(stop);
        Assert.All(ended, d => Assert.Equal((DownloadEnd.Whole, "two", "10.9.0.1"), (d.End, d.Server, d.Client!.Address.ToString())));
        Assert.Equal(50, ended.Select(d => d.Client!.Port).Distinct().Count());
        Assert.Equal("50 Whole", downloads.ToString());
        Assert.Equal("50 two", TrafficTally.Of(ended).ToString());
    }

    [LabFact]
    public async Task A_server_that_dies_resets_them_and_behind_a_cable_that_is_pulled_they_stall()
    {
        await using VirtualLab lab = await StartAsync();
        DripServer first = await DripServer.StartAsync(lab["two"], 80, interval);
        await using Downloads reset = await Downloads.StartAsync(lab["one"], new DownloadOptions(server, 5), stop);
        Assert.True(await Soon(() => reset.All.All(d => d.Bytes > 100)));
        await first.DisposeAsync();
        Assert.All(await reset.FinishAsync(stop), d => Assert.Equal(DownloadEnd.Reset, d.End));
        Assert.Equal(5, reset.Broken.Count);

        var hasty = new DownloadOptions(server, 5) { Patience = TimeSpan.FromSeconds(2) };
        await using Downloads refused = await Downloads.StartAsync(lab["one"], hasty, stop);
        Assert.All(await refused.FinishAsync(stop), d => Assert.Equal(DownloadEnd.Refused, d.End));

        await using DripServer second = await DripServer.StartAsync(lab["two"], 80, interval);
        await using Downloads stalled = await Downloads.StartAsync(lab["one"], hasty, stop);
        Assert.True(await Soon(() => stalled.All.All(d => d.Bytes > 100)));
        await lab["two"].UnplugAsync("eth0", stop);
        Assert.All(await stalled.FinishAsync(stop), d => Assert.Equal(DownloadEnd.Stalled, d.End));
    }

    [LabFact]
    public async Task A_call_is_held_and_tells_who_answered_it_over_both_families_and_both_protocols()
    {
        await using VirtualLab lab = await StartAsync();
        await using DripServer drip = await DripServer.StartAsync(lab["two"], 80, interval, "its own name");
        using Call call = await Call.TcpAsync(lab["one"], server, "10.9.0.3");
        Assert.Equal(("its own name", null, "10.9.0.3"), (call.Server, call.Refusal, call.Client!.Address.ToString()));
        Assert.Equal(1, drip.Clients);
        using Call six = await Call.TcpAsync(lab["one"], IPEndPoint.Parse("[fd09::2]:80"));
        Assert.Equal("its own name", six.Server);
        using Call datagram = await Call.UdpAsync(lab["one"], server);
        Assert.Equal(("its own name", "its own name"), (datagram.Server, await datagram.AgainAsync()));
        using Call nobody = await Call.TcpAsync(lab["one"], IPEndPoint.Parse("10.9.0.2:81"));
        Assert.Equal((null, "ConnectionRefused"), (nobody.Server, nobody.Refusal));
        call.Dispose();
        six.Dispose();
        Assert.True(await Soon(() => drip.Clients == 0));
    }

    private static Task<VirtualLab> StartAsync() => VirtualLab.StartAsync(
        [new LabNodeSpec("one", "eth0", "10.9.0.1/24", "10.9.0.3/24", "fd09::1/64"), new LabNodeSpec("two", "eth0", "10.9.0.2/24", "fd09::2/64")], stop);

    private static Task<bool> Soon(Func<bool> condition) => Stage.WaitAsync(Stage.Patience, condition, stop);
}
