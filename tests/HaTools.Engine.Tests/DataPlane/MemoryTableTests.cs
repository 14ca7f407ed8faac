using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>The table in memory by itself; <see cref="MemoryTableKernelTests"/> has it beside the kernel's.</summary>
public sealed class MemoryTableTests
{
    private static readonly PlaneService Web = new() { Key = RandomPlane.Keys[0], Scheduler = "rr" };

    private readonly MemoryTable table = new();

    [Fact]
    public void The_newest_server_comes_first_and_one_that_is_changed_stays_where_it_is()
    {
        Do(0, PlaneChangeKind.AddService);
        foreach (int host in new[] { 103, 104, 105 }) Do(0, PlaneChangeKind.AddDestination, Server(host));
        Do(0, PlaneChangeKind.SetDestination, Server(104) with { Weight = 7 });
        Do(0, PlaneChangeKind.RemoveDestination, Server(103));
        Do(0, PlaneChangeKind.AddDestination, Server(103));
        Do(0, PlaneChangeKind.SetService);

        Assert.Equal([Server(103), Server(105), Server(104) with { Weight = 7 }], Assert.Single(table.Services).Destinations);
    }

    [Fact]
    public void What_is_there_already_or_is_not_has_the_kernel_s_error()
    {
        Do(Errno.ESRCH, PlaneChangeKind.SetService);
        Do(Errno.ESRCH, PlaneChangeKind.RemoveService);
        Do(Errno.ESRCH, PlaneChangeKind.AddDestination, Server(103));
        Do(0, PlaneChangeKind.AddService);
        Do(Errno.EEXIST, PlaneChangeKind.AddService);
        Do(Errno.ENOENT, PlaneChangeKind.SetDestination, Server(103));
        Do(Errno.ENOENT, PlaneChangeKind.RemoveDestination, Server(103));
        Do(0, PlaneChangeKind.AddDestination, Server(103));
        Do(Errno.EEXIST, PlaneChangeKind.AddDestination, Server(103));
        Do(Errno.ERANGE, PlaneChangeKind.SetDestination, Server(103) with { Weight = -1 });
        Do(Errno.EINVAL, PlaneChangeKind.AddDestination, Server(103) with { Key = new DestinationKey(IPAddress.Parse("2001:db8::1"), 80) });
        Assert.Equal(Errno.ENOENT, table.Do(new PlaneChange(PlaneChangeKind.SetService, Web with { Scheduler = "nosuch" })));
    }

    private void Do(int expected, PlaneChangeKind kind, PlaneDestination? server = null) =>
        Assert.Equal(expected, table.Do(new PlaneChange(kind, Web, server)));

    private static PlaneDestination Server(int host) => new()
    {
        Key = new DestinationKey(IPAddress.Parse($"192.168.1.{host}"), 80),
        Forwarding = IpvsForwardingMethod.DirectRoute,
        Weight = 1,
    };
}
