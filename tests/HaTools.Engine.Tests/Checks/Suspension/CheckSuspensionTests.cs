using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Checks.Suspension;

public sealed class CheckSuspensionTests : ISuspensionSink
{
    private readonly List<string> told = [];
    private IReadOnlySet<ServiceKey> suspended = new HashSet<ServiceKey>();

    // At a reload that brings the first such service; the configuration that stays has none.
    [Fact]
    public async Task Where_addresses_cannot_be_followed_the_configuration_is_refused_and_the_next_one_is_taken()
    {
        using var thread = new WorkThread("suspension");
        bool isOut = true;
        var suspension = new CheckSuspension(thread, this, () => isOut ? throw new NetlinkException("opening a netlink socket", null, Errno.EMFILE) : RouteClient.Open());
        var service = new VirtualServer { Address = IPAddress.Parse("192.0.2.1"), Port = 80, HaSuspend = true };
        HaConfiguration wanted = new() { VirtualServers = [service] };

        NetlinkException refused = await Assert.ThrowsAsync<NetlinkException>(() => thread.RunAsync(() => suspension.Configure(wanted)));
        Assert.Contains("EMFILE", refused.Message, StringComparison.Ordinal);
        await thread.RunAsync(() => suspension.Configure(new()));
        Assert.Empty(suspended);

        isOut = false;
        await thread.RunAsync(() => suspension.Configure(wanted));
        Assert.Equal([ServiceKey.Of(service)], suspended);
        Assert.Equal("Suspending healthcheckers for VS [192.0.2.1]:tcp:80: its address is not on this host", Assert.Single(told));
        await thread.RunAsync(suspension.Stop);
    }

    void ISuspensionSink.OnSuspended(IReadOnlySet<ServiceKey> services) => suspended = services;

    void ISuspensionSink.OnSuspension(ServiceKey service, string message) => told.Add(message);

    void ISuspensionSink.OnSuspensionWarning(string message) => Assert.Fail(message);
}
