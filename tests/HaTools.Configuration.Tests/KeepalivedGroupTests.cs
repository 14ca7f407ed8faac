using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Sync groups, GARP groups, delays of interfaces, and what holds for the node.</summary>
public class KeepalivedGroupTests
{
    private const string Instances =
        "vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress { 192.0.2.1 }\n}\n" +
        "vrrp_instance B {\ninterface eth1\nvirtual_router_id 1\nvirtual_ipaddress { 198.51.100.1 }\n}\n";

    [Fact]
    public void A_sync_group_has_members_on_one_line_or_on_several()
    {
        (HaConfiguration model, string[] said) = ConfOnly(
            Instances + "vrrp_sync_group G {\ngroup {\nA\nB\n}\nsync_group_tracking_weight\n}\nvrrp_sync_group H {\ngroup { A B }\n}\n");
        Assert.Empty(said);
        Assert.Equal([new() { Name = "G", Members = ["A", "B"], TrackingWeight = true }, new() { Name = "H", Members = ["A", "B"] }], model.SyncGroups);
    }

    [Theory]
    [InlineData("vrrp_sync_group G {\n}", "1:17 Warning EmptyGroup", 0)]
    [InlineData("vrrp_sync_group G {\ngroup {\nA\nA\n}\n}", "4:1 Warning DuplicateName", 1)]
    [InlineData("vrrp_sync_group G {\ngroup {\nA\n}\ngroup {\nB\n}\n}", "5:1 Warning RepeatedKeyword", 1)]
    [InlineData("vrrp_sync_group G {\ngroup {\nA\nB\n}\nglobal_tracking\n}", "6:1 Warning Deprecated", 2)]
    public void Sync_groups_that_are_repaired(string text, string expected, int members)
    {
        (HaConfiguration model, string[] said) = ConfOnly(text);
        Assert.Equal([expected], said);
        Assert.Equal(members, model.SyncGroups.Sum(g => g.Members.Count));
    }

    [Fact]
    public void A_garp_group_has_a_pace_and_interfaces()
    {
        (HaConfiguration model, string[] said) = ConfOnly(
            "garp_group {\ngarp_interval 0.002\ngna_interval 0.000001\ninterface eth0\n}\ngarp_group {\ngarp_interval 1\ninterfaces {\neth1\neth2\n}\n}\n");
        Assert.Empty(said);
        Assert.Equal(
            [
                new() { Interfaces = ["eth0"], GarpInterval = TimeSpan.FromMilliseconds(2), NeighborAdvertisementInterval = TimeSpan.FromMicroseconds(1) },
                new() { Interfaces = ["eth1", "eth2"], GarpInterval = TimeSpan.FromSeconds(1) },
            ],
            model.GarpGroups);
    }

    [Theory]
    [InlineData("garp_group {\ninterface eth0\n}", "1:1 Warning EmptyGroup", 0)]
    [InlineData("garp_group {\ngarp_interval 1\n}", "1:1 Warning EmptyGroup", 0)]
    [InlineData("garp_group {\ngarp_interval 1\ninterface eth0\n}\ngarp_group {\ngna_interval 1\ninterfaces { eth0 eth1 }\n}", "7:14 Warning DuplicateName", 2)]
    public void Garp_groups_that_are_repaired(string text, string expected, int groups)
    {
        (HaConfiguration model, string[] said) = ConfOnly(text);
        Assert.Equal([expected], said);
        Assert.Equal(groups, model.GarpGroups.Count);
    }

    [Fact]
    public void Delays_of_interfaces_hold_in_both_directions_unless_told()
    {
        (HaConfiguration model, string[] said) = ConfOnly("interface_up_down_delays {\neth0 1.5\neth1 0.5 10\n}\n");
        Assert.Empty(said);
        Assert.Equal(
            [
                new("eth0", TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(1.5)), new("eth1", TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10)),
            ],
            model.InterfaceDelays);
    }

    [Theory]
    [InlineData("eth0 3\n", "12:6 Warning DelayTooLong", 1.996094, 1.996094)]
    [InlineData("eth0 3 5\n", "12:6 Warning DelayTooLong", 1.996094, 5)]
    [InlineData("eth0 1\neth0 2.5 2\n", "13:1 Warning RepeatedKeyword 13:6 Warning DelayTooLong", 1.996094, 2)]
    [InlineData("eth0 1\neth0\n", "13:1 Warning MissingValue", 1, 1)]
    [InlineData("eth0 1\neth0 256\n", "13:6 Warning ValueOutOfRange", 1, 1)]
    public void Delays_that_are_repaired(string lines, string expected, double down, double up)
    {
        (HaConfiguration model, string[] said) = ConfOnly(Instances + "interface_up_down_delays {\n" + lines + "}\n");
        Assert.Equal(expected, string.Join(' ', said));
        Assert.Equal([new("eth0", TimeSpan.FromSeconds(down), TimeSpan.FromSeconds(up))], model.InterfaceDelays);
    }

    [Fact]
    public void An_instance_that_takes_over_after_one_interval_leaves_no_time_for_a_delay()
    {
        (HaConfiguration model, string[] said) = ConfOnly(Instances + "global_defs {\nvrrp_down_timer_adverts 1\n}\ninterface_up_down_delays {\neth0 0.5\n}\n");
        Assert.Equal(["15:6 Warning DelayTooLong"], said);
        Assert.Equal([new("eth0", TimeSpan.Zero, TimeSpan.Zero)], model.InterfaceDelays);
    }

    [Fact]
    public void What_holds_for_the_node()
    {
        (HaConfiguration model, string[] said) = ConfOnly(
            "global_defs {\nvrrp_startup_delay 5.5\nvrrp_delay_after_boot 15.23\nlog_unknown_vrids\ndynamic_interfaces allow_if_changes\n" +
            "vrrp_garp_interval 0.001\nvrrp_gna_interval 0.000001\ndefault_interface eth9\n}\n");
        Assert.Empty(said);
        Assert.Equal(
            new HaConfiguration
            {
                StartupDelay = TimeSpan.FromSeconds(5.5),
                DelayAfterBoot = TimeSpan.FromSeconds(15.23),
                LogUnknownVirtualRouters = true,
                DynamicInterfaces = true,
                GarpInterval = TimeSpan.FromMilliseconds(1),
                NeighborAdvertisementInterval = TimeSpan.FromMicroseconds(1),
            },
            model);
    }

    [Theory]
    [InlineData("vrrp_startup_delay 5000", "2:20 Warning ValueOutOfRange")]
    [InlineData("vrrp_mcast_group4 10.1.1.1", "2:19 Warning NoMulticastGroup")]
    [InlineData("vrrp_mcast_group4 ff02::1", "2:19 Warning AddressFamilyMismatch")]
    [InlineData("vrrp_mcast_group6 ff05::1", "2:19 Warning NoMulticastGroup")]
    [InlineData("vrrp_vmac_garp_intvl 5", "2:1 Warning Deprecated")]
    [InlineData("dynamic_interfaces yes", "2:20 Error UnknownValue")]
    public void What_holds_for_the_node_and_is_repaired_or_refused(string line, string expected) =>
        Assert.Equal([expected], ConfOnly($"global_defs {{\n{line}\n}}\n").Said);
}
