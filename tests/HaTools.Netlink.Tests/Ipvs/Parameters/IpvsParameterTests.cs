using HaTools.Netlink.Ipvs;

namespace HaTools.Netlink.Tests.Ipvs;

[Trait("Row", "I27")]
[Trait("Row", "I28")]
[Trait("Row", "I29")]
public class IpvsParameterTests
{
    [Fact]
    public void The_catalogue_has_the_rows_I27_to_I30()
    {
        string[] rows =
        [
            "am_droprate", "amemthresh", "backup_only", "cache_bypass", "conn_reuse_mode", "conntrack", "debug_level", "drop_entry", "drop_packet", "est_cpulist",
            "est_nice", "expire_nodest_conn", "expire_quiescent_template", "ignore_tunneled", "nat_icmp_send", "pmtu_disc", "run_estimation", "secure_tcp",
            "snat_reroute", "sync_persist_mode", "sync_ports", "sync_qlen_max", "sync_refresh_period", "sync_retries", "sync_sock_size", "sync_threshold",
            "sync_version", "sloppy_tcp", "sloppy_sctp", "schedule_icmp", "lblc_expiration", "lblcr_expiration", "conn_lfactor", "svc_lfactor", "conn_max",
        ];
        Assert.Equal(rows.Order(StringComparer.Ordinal), IpvsParameterCatalogue.All.Select(p => p.Name));
        Assert.Null(IpvsParameterCatalogue.Find("nosuch"));
    }

    [Fact]
    public void What_the_kernel_begins_with_is_in_the_range()
    {
        foreach (IpvsParameter parameter in IpvsParameterCatalogue.All.Where(p => p.Default is not null))
            Assert.Null(parameter.Refuse(parameter.Default!));
    }

    [Theory]
    [InlineData("sloppy_tcp", "1", "2 -1 on")]
    [InlineData("conn_reuse_mode", "0 1 2 3", "4 -1 1.5")]
    [InlineData("drop_entry", "0 3", "4")]
    [InlineData("est_nice", "-20 19", "-21 20")]
    [InlineData("sync_ports", "1 2 64", "0 3 128")]
    [InlineData("conn_lfactor", "-8 8", "-9 9")]
    [InlineData("sync_retries", "0 3", "4")]
    [InlineData("sync_refresh_period", "0 2147483", "2147484")]
    [InlineData("sync_qlen_max", "9223372036854775807", "9223372036854775808 -1")]
    [InlineData("est_cpulist", "0-3,6 all 0,1-N:1/2", "0;1 ../x")]
    public void Values_outside_the_range_are_refused(string name, string good, string bad)
    {
        IpvsParameter parameter = IpvsParameterCatalogue.Find(name)!;
        Assert.All(good.Split(' '), v => Assert.Null(parameter.Refuse(v)));
        Assert.All(bad.Split(' '), v => Assert.Contains($"net.ipv4.vs.{name}: '{v}' is not ", parameter.Refuse(v), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("3 50", true)]
    [InlineData("0\t1", true)]
    [InlineData("7 0", true)]
    [InlineData("50 50", false)]
    [InlineData("3", false)]
    [InlineData("3 -1", false)]
    [InlineData("3 50 1", false)]
    public void A_threshold_is_below_its_period_or_there_is_no_period(string value, bool good) =>
        Assert.Equal(good, IpvsParameterCatalogue.Find("sync_threshold")!.Refuse(value) is null);

    [Theory]
    [InlineData("sync_threshold", "3 50", "3\t50", true)]
    [InlineData("sync_threshold", "3 50", "3\t51", false)]
    [InlineData("sync_threshold", "3 50", "3", false)]
    [InlineData("sync_refresh_period", "010", "10", true)]
    [InlineData("sync_refresh_period", "010", "8", false)]
    [InlineData("sync_refresh_period", "1", "2", false)]
    [InlineData("drop_entry", "1", "2", true)]
    [InlineData("drop_packet", "2", "1", true)]
    [InlineData("secure_tcp", "1", "3", false)]
    [InlineData("secure_tcp", "0", "1", false)]
    [InlineData("est_cpulist", "0,2,1,6", "0-2,6", true)]
    [InlineData("est_cpulist", "0-2", "0-3", false)]
    [InlineData("est_cpulist", "all", "all", true)]
    [InlineData("est_cpulist", "", "0", false)]
    public void What_is_read_is_what_was_written_where_it_says_the_same(string name, string value, string other, bool same)
    {
        IpvsParameter parameter = IpvsParameterCatalogue.Find(name)!;
        Assert.Equal((same, same), (parameter.IsSame(value, other), parameter.IsSame(other, value)));
    }

    /// <summary>strtoul with base 0 takes 010 for 8.</summary>
    [Theory]
    [InlineData("sync_refresh_period", "010", "10")]
    [InlineData("est_nice", "-08", "-8")]
    [InlineData("sync_threshold", " 03  50", "3\t50")]
    [InlineData("est_cpulist", "0-3", "0-3")]
    public void The_kernel_is_given_the_number_that_was_meant(string name, string value, string written) =>
        Assert.Equal(written, IpvsParameterCatalogue.Find(name)!.Normalize(value));

    [Fact]
    public void A_value_is_checked_before_the_kernel_is_asked()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => IpvsParameters.Set(IpvsParameterCatalogue.Find("drop_entry")!, "4"));
        Assert.Contains("net.ipv4.vs.drop_entry: '4' is not 0 to 3", e.Message, StringComparison.Ordinal);
    }
}
