using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Rfc;

/// <summary>RFC 9568 section 8: what the router has to do with it. The rest is the host's or the kernel's.</summary>
/// <remarks>
/// <para>
/// 8.1.1 and 8.2.1 (the source of ICMP redirects is the address that the host has sent to): the kernel's. It sends a redirect only where a packet leaves by the
/// interface that it came in by; what comes in by a virtual MAC interface leaves by another, so there are none. Without a virtual MAC address the kernel takes the
/// interface's primary address; we do not touch send_redirects.
/// </para>
/// <para>
/// 8.1.2 and 8.2.2 (requests for the addresses are answered with the virtual MAC address, and never with the physical one; a backup does not answer; announcements wait until
/// the address and the MAC address are there), in HaTools.Engine.Tests, VirtualMacNodeTests:
/// Adverts_come_from_the_virtual_mac_with_the_parent_s_address_and_arp_is_answered_with_it, A_backup_says_nothing_from_the_virtual_mac,
/// Over_ipv6_the_virtual_mac_speaks_with_a_link_local_address_and_answers_for_the_virtual_one_alone,
/// A_client_keeps_its_arp_entry_when_another_router_takes_over. What asks in the name of the virtual address is the kernel (arp_announce is 2).
/// Without a virtual MAC address, keepalived's default and ours, the physical one is announced at each takeover.
/// </para>
/// <para>
/// 8.1.3 (proxy ARP): the kernel's, by the proxy_arp of the virtual MAC interface, with that interface's address; we leave it off. 8.2.3 (router advertisements): not
/// sent; radvd or FRR do. 8.2.4 (unsolicited neighbour advertisements are taken): the kernel's, drop_unsolicited_na is left at 0.
/// 8.3.1 (who is not the owner SHOULD NOT forward packets to the addresses): the master has them as its own, so that they are delivered here or, with Accept_Mode
/// false, dropped: A_master_that_accepts_nothing_answers_arp_and_routes. 8.4: Machine/TwoVersionsTests.
/// </para>
/// </remarks>
public class Rfc9568Section8Tests
{
    [Fact]
    public void S8_1_2_announcements_come_after_the_addresses_and_none_before()
    {
        var s = new Scenario([Instance()]);
        s.Start(Scenario.Own);
        Assert.DoesNotContain(s.Take(), a => a.StartsWith("garp", StringComparison.Ordinal));
        s.Advance(s.View.MasterDownInterval);
        string[] actions = s.Take();
        Assert.InRange(Array.IndexOf(actions, "garp 5"), Array.IndexOf(actions, "add") + 1, actions.Length - 1);
    }

    [Fact]
    public void S8_1_2_a_backup_announces_nothing_whatever_it_hears_and_whoever_asks()
    {
        Scenario s = Scenario.Running(Instance());
        foreach (int priority in new[] { 0, 50, 100, 200 }) s.Hear(Instance(), "10.70.0.3", priority);
        s.Router.Announce(0, s.Actions);
        Assert.DoesNotContain(s.Take(), a => a.StartsWith("garp", StringComparison.Ordinal));
    }

    [Fact]
    public void S8_3_2_more_than_one_owner_SHOULD_be_logged_once_and_not_for_each_advert()
    {
        Scenario s = Scenario.Master(Instance(255));
        List<string> told = [];
        for (int i = 0; i < 5; i++)
        {
            s.Hear(Instance(255), "10.70.0.1");
            told.AddRange(s.Take());
            s.Advance(Second);
        }

        Assert.Single(told, "RivalOwner");
    }

    [Fact]
    public void S8_3_2_also_by_an_owner_that_is_Backup()
    {
        Scenario s = Scenario.Running(Instance(255));
        s.Hear(Instance(254), "10.70.0.1");
        Assert.Empty(s.Take());
        s.Hear(Instance(255), "10.70.0.1");
        Assert.Equal(["RivalOwner"], s.Take());
        s.Hear(Instance(255), "10.70.0.1");
        Assert.Empty(s.Take());
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Fact]
    public void S8_3_2_equal_priorities_are_no_fault_and_leave_one_master()
    {
        Scenario s = Scenario.Master(Instance());
        s.Hear(Instance(), "10.70.0.1");
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        s.Hear(Instance(), "10.70.0.3");
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }
}
