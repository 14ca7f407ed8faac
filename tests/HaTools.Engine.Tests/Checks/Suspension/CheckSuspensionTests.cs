using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Tests.Checks.Suspension;

public sealed class CheckSuspensionTests : ISuspensionSink
{
    private readonly List<string> told = [], warned = [];
    private volatile IReadOnlySet<ServiceKey> suspended = new HashSet<ServiceKey>();

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
        Assert.Empty(warned);
    }

    [Fact]
    public async Task While_addresses_cannot_be_seen_all_are_checked_which_is_told_once_each_time()
    {
        using var thread = new WorkThread("suspension");
        var kernel = new Refusing();
        var suspension = new CheckSuspension(thread, this, () => new RouteClient(new NetlinkSocket(kernel)));
        var service = new VirtualServer { Address = IPAddress.Parse("192.0.2.1"), Port = 80, HaSuspend = true };
        HaConfiguration wanted = new() { VirtualServers = [service] };
        for (int round = 1; round <= 2; round++)
        {
            kernel.Begin();
            await thread.RunAsync(() => suspension.Configure(wanted));
            Assert.Empty(suspended);

            // It looks again by itself.
            await Eventually.True(() => kernel.Refused >= 3);
            Assert.Equal(round, await thread.RunAsync(() => warned.Count));
            kernel.End();
            await Eventually.True(() => suspended.Contains(ServiceKey.Of(service)));
        }

        Assert.All(warned, w => Assert.EndsWith("all real servers are checked until it can (ha_suspend)", w, StringComparison.Ordinal));
        await thread.RunAsync(suspension.Stop);
        Assert.Empty(suspension.Suspended);
    }

    void ISuspensionSink.OnSuspended(IReadOnlySet<ServiceKey> services) => suspended = services;

    void ISuspensionSink.OnSuspension(ServiceKey service, string message) => told.Add(message);

    void ISuspensionSink.OnSuspensionWarning(string message) => warned.Add(message);

    /// <summary>The kernel, which may be out of memory.</summary>
    private sealed class Refusing : INetlinkTransport
    {
        private readonly KernelTransport kernel = KernelTransport.Open(NetlinkProtocol.Route, 1024 * 1024, nonBlocking: false);
        private volatile bool refuses;
        private int refused;

        public int Refused => Volatile.Read(ref refused);

        public uint PortId => kernel.PortId;

        public void Begin()
        {
            refuses = true;
            Volatile.Write(ref refused, 0);
        }

        public void End() => refuses = false;

        public int Send(ReadOnlySpan<byte> datagram)
        {
            if (!refuses) return kernel.Send(datagram);
            _ = Interlocked.Increment(ref refused);
            throw new NetlinkException("sending a request", null, Errno.ENOBUFS);
        }

        public int Receive(Span<byte> buffer) => kernel.Receive(buffer);

        public void Dispose() => kernel.Dispose();
    }
}
