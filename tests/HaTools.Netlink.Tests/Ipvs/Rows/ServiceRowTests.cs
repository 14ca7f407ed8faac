using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;
using static HaTools.Netlink.Tests.Ipvs.Rows.BothWays;
using static HaTools.Netlink.Tests.Programs;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>Rows of services: selectors, options, flags, schedulers, engines.</summary>
[Trait("Needs", "ipvs")]
public sealed class ServiceRowTests
{
    private const IpvsServiceFlags Persistent = IpvsServiceFlags.Persistent;

    [IpvsFact]
    [Trait("Row", "I1")]
    public void Services_are_added_changed_removed_zeroed_and_cleared_by_both() => InNamespace(client =>
    {
        IpvsServiceKey web = Tcp("192.0.2.1", 80), dns = Udp("2001:db8::1", 53), mark = IpvsServiceKey.OfFirewallMark(7);
        Run("ipvsadm", "-A", "-t", "192.0.2.1:80", "-s", "rr");
        client.AddService(new IpvsService { Key = dns, Scheduler = "rr" });
        client.AddService(new IpvsService { Key = mark, Scheduler = "rr" });
        Run("ipvsadm", "-E", "-u", "[2001:db8::1]:53", "-s", "lc", "-p", "30");
        client.SetService(new IpvsService { Key = web, Scheduler = "wrr" });
        Assert.Equal(
            new IpvsService { Key = dns, Scheduler = "lc", Flags = Persistent, Timeout = 30 }, client.FindService(dns));
        Assert.Equal(
            ["-A -t 192.0.2.1:80 -s wrr", "-A -u [2001:db8::1]:53 -s lc -p 30", "-A -f 7 -s rr"],
            Run("ipvsadm", "-S", "-n").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(client.DeleteService(web));
        Run("ipvsadm", "-D", "-u", "[2001:db8::1]:53");
        Assert.Equal([mark], client.GetServices().Select(s => s.Key));
        Assert.Equal("-A -f 7 -s rr\n", Run("ipvsadm", "-S", "-n"));
        Run("ipvsadm", "-C");
        Assert.Empty(client.GetServices());
        client.AddService(new IpvsService { Key = mark, Scheduler = "rr" });
        client.Flush();
        Assert.Equal("", Run("ipvsadm", "-S", "-n"));
    });

    [IpvsFact]
    [Trait("Row", "I7")]
    [Trait("Row", "I13")]
    public void Every_selector() => InNamespace(client => Check(client,
        Service("-A -t 192.0.2.1:80 -s rr", Tcp("192.0.2.1", 80)),
        Service("-A -u 192.0.2.1:80 -s rr", Udp("192.0.2.1", 80)),
        Service("-A --sctp-service 192.0.2.1:80 -s rr", Sctp("192.0.2.1", 80)),
        Service("-A -t [2001:db8::1]:65535 -s rr", Tcp("2001:db8::1", 65535)),
        Service("-A -u [2001:db8::1]:1 -s rr", Udp("2001:db8::1", 1)),
        Service("-A --sctp-service [2001:db8::1]:80 -s rr", Sctp("2001:db8::1", 80)),
        Service("-A -t 192.0.2.2:0 -s rr -p 60", Tcp("192.0.2.2", 0), s => s with { Flags = Persistent, Timeout = 60 }),
        Service("-A -u [2001:db8::2]:0 -s rr -p 60", Udp("2001:db8::2", 0), s => s with { Flags = Persistent, Timeout = 60 }),
        Service("-A -f 7 -s rr", IpvsServiceKey.OfFirewallMark(7)),
        Service("-A -f 2147483647 -s rr", IpvsServiceKey.OfFirewallMark(int.MaxValue)),
        Service("-A -f 7 -6 -s rr", IpvsServiceKey.OfFirewallMark(7, AddressFamily.InterNetworkV6))));

    /// <summary>ipvsadm prints such marks as negative numbers, and takes them as positive ones.</summary>
    [IpvsFact]
    [Trait("Row", "I7")]
    public void A_mark_above_2_to_the_31() => InNamespace(client =>
    {
        IpvsServiceKey mark = IpvsServiceKey.OfFirewallMark(uint.MaxValue - 1);
        client.AddService(new IpvsService { Key = mark, Scheduler = "rr" });
        Assert.Equal("-A -f -2 -s rr\n", Run("ipvsadm", "-S", "-n"));
        client.Flush();
        Run("ipvsadm", "-A", "-f", $"{uint.MaxValue - 1}", "-s", "rr");
        Assert.Equal(mark, Assert.Single(client.GetServices()).Key);
    });

    [IpvsFact]
    [Trait("Row", "I8")]
    [Trait("Row", "I14")]
    [Trait("Row", "I19")]
    [Trait("Row", "I23")]
    public void Every_option_and_flag() => InNamespace(client => Check(client,
        Service("-A -t 192.0.2.1:1 -s rr -p 1", Tcp("192.0.2.1", 1), s => s with { Flags = Persistent, Timeout = 1 }),
        Service("-A -t 192.0.2.1:2 -s rr -p 2678400", Tcp("192.0.2.1", 2), s => s with { Flags = Persistent, Timeout = 2678400 }),
        Service("-A -t 192.0.2.1:3 -s rr -p 300 -M 255.255.255.0", Tcp("192.0.2.1", 3), s => s with { Flags = Persistent, Timeout = 300, Netmask = IPAddress.Parse("255.255.255.0") }),
        Service("-A -t [2001:db8::1]:4 -s rr -p 300 -M 1", Tcp("2001:db8::1", 4), s => s with { Flags = Persistent, Timeout = 300, Netmask = IpvsService.NetmaskOf(AddressFamily.InterNetworkV6, 1) }),
        Service("-A -t [2001:db8::1]:5 -s rr -p 300 -M 127", Tcp("2001:db8::1", 5), s => s with { Flags = Persistent, Timeout = 300, Netmask = IpvsService.NetmaskOf(AddressFamily.InterNetworkV6, 127) }),
        Service("-A -u 192.0.2.1:6 -s rr -o", Udp("192.0.2.1", 6), s => s with { Flags = IpvsServiceFlags.OnePacket }),
        Service("-A -u 192.0.2.1:7 -s rr -p 300 --pe sip", Udp("192.0.2.1", 7), s => s with { Flags = Persistent, Timeout = 300, PersistenceEngine = "sip" }),
        Service("-A -u [2001:db8::1]:8 -s rr -p 300 --pe sip -o", Udp("2001:db8::1", 8), s => s with { Flags = Persistent | IpvsServiceFlags.OnePacket, Timeout = 300, PersistenceEngine = "sip" }),
        Service("-A -t 192.0.2.1:9 -s sh -b sh-fallback", Tcp("192.0.2.1", 9), s => s with { Scheduler = "sh", Flags = IpvsServiceFlags.Scheduler1 }),
        Service("-A -t 192.0.2.1:10 -s sh -b sh-port", Tcp("192.0.2.1", 10), s => s with { Scheduler = "sh", Flags = IpvsServiceFlags.Scheduler2 }),
        Service("-A -t 192.0.2.1:11 -s mh -b mh-fallback", Tcp("192.0.2.1", 11), s => s with { Scheduler = "mh", Flags = IpvsServiceFlags.Scheduler1 }),
        Service("-A -t 192.0.2.1:12 -s mh -b mh-port", Tcp("192.0.2.1", 12), s => s with { Scheduler = "mh", Flags = IpvsServiceFlags.Scheduler2 }),
        Service("-A -t 192.0.2.1:13 -s mh -b mh-fallback,mh-port", Tcp("192.0.2.1", 13), s => s with { Scheduler = "mh", Flags = IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2 }),
        Service("-A -t 192.0.2.1:14 -s wrr -b flag-1", Tcp("192.0.2.1", 14), s => s with { Scheduler = "wrr", Flags = IpvsServiceFlags.Scheduler1 }),
        Service("-A -t 192.0.2.1:15 -s wrr -b flag-2", Tcp("192.0.2.1", 15), s => s with { Scheduler = "wrr", Flags = IpvsServiceFlags.Scheduler2 }),
        Service("-A -t 192.0.2.1:16 -s wrr -b flag-3", Tcp("192.0.2.1", 16), s => s with { Scheduler = "wrr", Flags = IpvsServiceFlags.Scheduler3 }),
        Service("-A -t 192.0.2.1:17 -s wrr -p 60 -b flag-1,flag-2,flag-3", Tcp("192.0.2.1", 17), s => s with
        {
            Scheduler = "wrr",
            Flags = Persistent | IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2 | IpvsServiceFlags.Scheduler3,
            Timeout = 60,
        })));

    /// <summary>What a service has and is changed away: it is not left behind.</summary>
    [IpvsFact]
    [Trait("Row", "I8")]
    [Trait("Row", "I14")]
    [Trait("Row", "I19")]
    [Trait("Row", "I23")]
    public void Every_option_is_taken_away_by_both() => InNamespace(client =>
    {
        var full = new IpvsService
        {
            Key = Udp("192.0.2.1", 5060),
            Scheduler = "mh",
            Flags = Persistent | IpvsServiceFlags.OnePacket | IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2,
            Timeout = 90,
            Netmask = IPAddress.Parse("255.255.0.0"),
            PersistenceEngine = "sip",
        };
        var bare = new IpvsService { Key = full.Key, Scheduler = "rr" };
        client.AddService(full);
        Assert.Equal("-A -u 192.0.2.1:5060 -s mh -p 90 -M 255.255.0.0 --pe sip -o -b mh-fallback,mh-port\n", Run("ipvsadm", "-S", "-n"));
        client.SetService(bare);
        Assert.Equal("-A -u 192.0.2.1:5060 -s rr\n", Run("ipvsadm", "-S", "-n"));
        client.SetService(full);
        Run("ipvsadm", "-E", "-u", "192.0.2.1:5060", "-s", "rr");
        Assert.Equal(bare, client.FindService(full.Key));
    });

    [IpvsTheory]
    [Trait("Row", "I22")]
    [InlineData("rr")]
    [InlineData("wrr")]
    [InlineData("lc")]
    [InlineData("wlc")]
    [InlineData("lblc")]
    [InlineData("lblcr")]
    [InlineData("dh")]
    [InlineData("sh")]
    [InlineData("sed")]
    [InlineData("nq")]
    [InlineData("fo")]
    [InlineData("ovf")]
    [InlineData("mh")]
    public void Every_scheduler_of_ipvsadm(string scheduler) => InNamespace(client => Check(
        client,
        Service($"-A -t 192.0.2.1:80 -s {scheduler}", Tcp("192.0.2.1", 80), s => s with { Scheduler = scheduler }),
        Service($"-A -u [2001:db8::1]:53 -s {scheduler}", Udp("2001:db8::1", 53), s => s with { Scheduler = scheduler })));

    [IpvsFact]
    [Trait("Row", "I22")]
    public void The_default_scheduler_is_that_of_ipvsadm() => InNamespace(client =>
    {
        Run("ipvsadm", "-A", "-t", "192.0.2.1:80");
        Assert.Equal(new IpvsService { Key = Tcp("192.0.2.1", 80) }, Assert.Single(client.GetServices()));
    });
}
