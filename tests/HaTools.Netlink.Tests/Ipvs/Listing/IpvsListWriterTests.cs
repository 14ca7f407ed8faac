using System.Net;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Ipvs.Listing;

namespace HaTools.Netlink.Tests.Ipvs.Listing;

/// <summary>What no kernel shows within a test: large counters. The rest is compared with ipvsadm's own lists (<see cref="IpvsListKernelTests"/>).</summary>
public sealed class IpvsListWriterTests
{
    private static readonly IpvsServiceKey Web = new(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);

    [Theory]
    [InlineData(0, "        0")]
    [InlineData(99_999_999, " 99999999")]
    [InlineData(100_000_000, "  100000K")]
    [InlineData(999_999_999, "  999999K")]
    [InlineData(1_000_000_000, "    1000M")]
    [InlineData(99_999_999_999, "   99999M")]
    [InlineData(100_000_000_000, "     100G")]
    [InlineData(99_999_999_999_999, "   99999G")]
    [InlineData(100_000_000_000_000, "     100T")]
    [InlineData(ulong.MaxValue, "18446744T")]
    public void Counters_are_rounded_from_100_million_on(ulong number, string shown) =>
        Assert.Equal($"{"TCP  192.0.2.1:80",-33}{shown}        0        0        0        0\n", List(number, exact: false));

    [Theory]
    [InlineData(99_999_999, " 99999999")]
    [InlineData(100_000_000, " 100000000")]
    [InlineData(ulong.MaxValue, " 18446744073709551615")]
    public void Exact_counters_are_in_full(ulong number, string shown) =>
        Assert.Equal($"{"TCP  192.0.2.1:80",-33}{shown}        0        0        0        0\n", List(number, exact: true));

    private static string List(ulong number, bool exact)
    {
        var text = new StringWriter();
        var service = new IpvsService { Key = Web, Scheduler = "rr", Statistics = new IpvsStatistics { Connections = number } };
        new IpvsListWriter(text, IpvsListView.Statistics, exact).Write(new IpvsTableEntry(service, []));
        return text.ToString();
    }
}
