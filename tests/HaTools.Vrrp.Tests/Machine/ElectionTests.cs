using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>Who is master: RFC 9568 section 6.4, RFC 3768 section 6.4, and keepalived where it is known to differ.</summary>
public class ElectionTests
{
    private const string Lower = "10.70.0.1";
    private const string Higher = "10.70.0.3";

    [Fact]
    public void Rfc9568_6_4_1_the_owner_that_is_configured_as_master_speaks_at_once()
    {
        var s = new Scenario([Instance(255) with { InitialState = VrrpInitialState.Master }]);
        s.Start(Scenario.Own);
        Assert.Equal(["advert 255", "add", "garp 5", "Initialize->Master Startup"], s.Take());
        Assert.Equal(s.Now + Second, s.Router.NextDeadline);
    }

    [Theory]
    [InlineData(255, VrrpInitialState.Backup)]
    [InlineData(254, VrrpInitialState.Master)]
    [InlineData(100, VrrpInitialState.Backup)]
    public void Keepalived_anyone_else_waits_as_a_backup_and_clears_what_a_predecessor_left(int priority, VrrpInitialState state)
    {
        var s = new Scenario([Instance(priority) with { InitialState = state }]);
        s.Start(Scenario.Own);
        Assert.Equal(["remove", "Initialize->Backup Startup"], s.Take());
        Assert.Equal(s.Now + 3 * Second + (256 - priority) * Second / 256, s.Router.NextDeadline);
    }

    [Fact]
    public void Rfc9568_6_4_2_with_preemption_a_lower_master_is_not_heeded()
    {
        Scenario s = Scenario.Running(Instance(150));
        for (int i = 0; i < 3; i++)
        {
            s.Advance(Second);
            s.Hear(Instance(100), Higher);
        }

        Assert.Equal(Address(Higher), s.View.MasterAddress);
        s.Advance(106 * Second / 256);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void Rfc9568_6_4_2_an_equal_master_is_left_in_place_whatever_its_address()
    {
        Scenario s = Scenario.Running(Instance(100));
        for (int i = 0; i < 10; i++)
        {
            s.Advance(Second);
            s.Hear(Instance(100), Lower);
        }

        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Fact]
    public void Rfc9568_6_1_without_preemption_a_lower_master_is_left_in_place()
    {
        Scenario s = Scenario.Running(Instance(150) with { NoPreempt = true });
        for (int i = 0; i < 10; i++)
        {
            s.Advance(Second);
            s.Hear(Instance(1), Lower);
        }

        Assert.Equal(VrrpStateKind.Backup, s.View.State);
        s.Advance(s.View.MasterDownInterval);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void Rfc9568_6_1_the_owner_preempts_whatever_is_configured()
    {
        Scenario s = Scenario.Running(Instance(255) with { NoPreempt = true });
        for (int i = 0; i < 3; i++)
        {
            s.Advance(Second);
            s.Hear(Instance(254), Higher);
        }

        s.Advance(Second / 256);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Theory]
    [InlineData(101, Lower)]
    [InlineData(255, Lower)]
    [InlineData(100, Higher)]
    public void Rfc9568_6_4_3_a_master_yields_to_higher_priority_or_equal_with_higher_address(int priority, string source)
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Hear(Instance(priority), source);
        Assert.Equal(["advert 100", $"higher {priority}", "remove", "Master->Backup HigherPriorityAdvert"], s.Take());
        Assert.Equal(Address(source), s.View.MasterAddress);
        Assert.Equal(s.Now + 3_609_375_000, s.Router.NextDeadline);
        Assert.Equal(1, s.View.Counters.ReleasedMaster);
        Assert.Equal(0, s.View.Counters.PriorityZeroSent);
    }

    [Theory]
    [InlineData(2, 99, Higher)]
    [InlineData(3, 99, Higher)]
    [InlineData(3, 100, Lower)]
    public void Rfc9568_6_4_3_a_master_answers_a_lower_one_at_once_and_announces_its_addresses_again(
        int version, int priority, string source)
    {
        Scenario s = Scenario.Master(Instance(100, version));
        long due = s.Router.NextDeadline;
        s.Advance(300 * Ms);
        s.Hear(Instance(priority, version), source);
        Assert.Equal([$"lower {priority}", "advert 100", "garp 5", "NotifyLowerPriority"], s.Take());
        s.Advance(50 * Ms);
        Assert.Equal(["garp 5"], s.Take()); // when the other has yielded
        Assert.Equal(due, s.Router.NextDeadline); // its own rhythm goes on
        s.Advance(5 * Second - 1);
        Assert.DoesNotContain("garp 5", s.Take());
        s.Advance(1);
        Assert.Contains("garp 5", s.Take());
    }

    [Fact]
    public void A_peer_that_answers_every_answer_does_not_make_a_storm()
    {
        Scenario s = Scenario.Master(Instance(100) with { GarpDelay = TimeSpan.Zero });
        byte[] answer = Advert(Instance(99), Higher);
        for (int i = 0; i < 1000; i++)
        {
            s.Hear(answer);
            s.Advance(100_000);
        }

        Assert.Equal(20, s.Take().Count(a => a == "advert 100")); // in 100 ms, one in 5 ms
    }

    [Fact]
    public void Rfc9568_6_4_3_addresses_are_compared_unsigned_and_in_network_order()
    {
        var s = new Scenario([Instance(100)]);
        s.Start(Address("127.255.255.255"));
        s.Advance(s.View.MasterDownInterval);
        s.Take();
        s.Hear(Instance(100), "1.255.255.255");
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        s.Hear(Instance(100), "192.0.2.1");
        Assert.Equal(VrrpStateKind.Backup, s.View.State);
    }

    [Fact]
    public void Rfc9568_6_4_3_a_master_that_hears_priority_0_adverts_again()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Advance(300 * Ms);
        s.Hear(Instance(200), Higher, priority: 0);
        Assert.Equal(["advert 100"], s.Take());
        Assert.Equal(s.Now + Second, s.Router.NextDeadline);
        Assert.Equal(VrrpStateKind.Master, s.View.State);
    }

    [Fact]
    public void Rfc9568_6_4_a_master_that_stops_says_so_and_removes_its_addresses()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Router.Stop(s.Now, s.Actions);
        Assert.Equal(["advert 0", "remove", "Master->Initialize Shutdown"], s.Take());
        Assert.Equal(long.MaxValue, s.Router.NextDeadline);
        Assert.Equal(1, s.View.Counters.PriorityZeroSent);
        s.Hear(Instance(1), Higher);
        Assert.Empty(s.Take());
        s.Begin();
        Assert.Equal(["remove", "Initialize->Backup Startup"], s.Take());
    }

    [Fact]
    public void Rfc9568_6_4_a_backup_that_stops_is_silent()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Router.Stop(s.Now, s.Actions);
        Assert.Equal(["Backup->Initialize Shutdown"], s.Take());
    }

    [Fact]
    public void Own_adverts_come_back_are_counted_and_ignored()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Hear(Instance(200), "10.70.0.2");
        Assert.Equal(["rejected OwnAddress"], s.Take());
        Assert.Equal(VrrpStateKind.Master, s.View.State);
        Assert.Equal(1, s.View.Counters.Rejected.Of(AdvertRejection.OwnAddress));
    }

    [Fact]
    public void Rfc9568_6_4_1_whoever_is_not_in_the_election_only_notes_who_is_master()
    {
        var s = new Scenario([Instance(100)]);
        s.Start(source: 0);
        s.Take();
        s.Hear(Instance(50), Higher);
        Assert.Empty(s.Take());
        Assert.Equal(Address(Higher), s.View.MasterAddress);
        s.Hear(Instance(50), Higher, priority: 0);
        Assert.Equal(0u, s.View.MasterAddress);
    }

    [Fact]
    public void Rfc9568_7_1_another_virtual_router_is_refused()
    {
        Scenario s = Scenario.Running(Instance(100));
        s.Hear(Instance(200) with { VirtualRouterId = 52 }, Higher);
        Assert.Equal(["rejected VirtualRouterId"], s.Take());
    }

    [Theory]
    [InlineData(null, "1111", AdvertRejection.AuthenticationMismatch)]
    [InlineData("1111", null, AdvertRejection.AuthenticationMismatch)]
    [InlineData("1111", "1112", AdvertRejection.AuthenticationFailure)]
    [InlineData("1111", "11110", AdvertRejection.AuthenticationFailure)]
    [InlineData("12345678", "123456789", AdvertRejection.None)]
    internal void Rfc2338_7_1_the_password_must_be_ours(string? ours, string? theirs, AdvertRejection expected)
    {
        static VrrpInstance With(string? password) => Instance(version: 2) with
        {
            Authentication = password is null ? null : new VrrpAuthentication(VrrpAuthenticationType.SimplePassword, password),
        };
        Scenario s = Scenario.Running(With(ours));
        s.Hear(With(theirs), Higher, priority: 200);
        Assert.Equal(expected == AdvertRejection.None ? [] : [$"rejected {expected}"], s.Take());
        Assert.Equal(expected == AdvertRejection.None ? 1 : 0, s.View.Counters.AdvertsReceived);
    }

    [Fact]
    public void Rfc3768_7_1_without_authentication_its_data_is_not_looked_at()
    {
        byte[] datagram = Advert(Instance(version: 2), Higher);
        datagram[^1] = 1;
        Scenario s = Scenario.Running(Instance(version: 2));
        s.Hear(FixMessage(datagram));
        Assert.Empty(s.Take());
        Assert.Equal(1, s.View.Counters.AdvertsReceived);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Another_address_list_is_told_once_and_never_makes_two_masters(int version)
    {
        Scenario s = Scenario.Master(Instance(100, version));
        VrrpInstance peer = Instance(150, version) with { VirtualAddresses = Addresses("10.70.9.1", "10.70.9.2") };
        s.Hear(peer, Higher);
        Assert.Equal(["AddressListDiffers", "advert 100", "higher 150", "remove", "Master->Backup HigherPriorityAdvert"], s.Take());
        s.Hear(peer, Higher);
        Assert.Empty(s.Take());
        Assert.Equal(2, s.View.Counters.Rejected.Of(AdvertRejection.AddressList));
        Assert.Equal(2, s.View.Counters.AdvertsReceived);
        s.Hear(Instance(150, version), Higher);
        s.Hear(peer with { VirtualAddresses = Addresses("10.70.9.3") }, Higher);
        Assert.Equal(["AddressListDiffers"], s.Take());
    }

    [Fact]
    public void The_order_of_the_address_list_has_no_meaning()
    {
        Scenario s = Scenario.Running(Instance(100) with { VirtualAddresses = Addresses("10.70.9.1", "10.70.9.2") });
        s.Hear(Instance(150) with { VirtualAddresses = Addresses("10.70.9.2", "10.70.9.1") }, Higher);
        Assert.Empty(s.Take());
    }

    [Theory]
    [InlineData(VrrpChecksumForm.MessageOnly, VrrpChecksumForm.PseudoHeader)]
    [InlineData(VrrpChecksumForm.PseudoHeader, VrrpChecksumForm.MessageOnly)]
    public void Rfc9568_5_2_8_the_other_checksum_form_is_heeded_and_told_once_a_peer(VrrpChecksumForm ours, VrrpChecksumForm theirs)
    {
        Scenario s = Scenario.Running(Instance(100) with { ChecksumForm = ours });
        for (int i = 0; i < 3; i++) s.Hear(Instance(150) with { ChecksumForm = theirs }, Higher);
        RouterAction told = Assert.Single(s.TakeActions());
        Assert.Equal(RouterActionKind.ChecksumFormDiffers, told.Kind);
        Assert.Equal(Address(Higher), told.Peer);
        Assert.Equal((int)theirs, told.Value);
        Assert.Equal(3, s.View.Counters.AdvertsReceived);
        s.Hear(Instance(150) with { ChecksumForm = theirs }, Lower);
        Assert.Equal(["ChecksumFormDiffers"], s.Take());
        s.Hear(Instance(150) with { ChecksumForm = ours }, Higher);
        Assert.Empty(s.Take());
    }

    [Fact]
    public void Counters_count()
    {
        Scenario s = Scenario.Master(Instance(100));
        s.Advance(2 * Second);
        s.Hear(Instance(150), Higher);
        s.Hear(Instance(150), Higher, priority: 0);
        s.Advance(s.View.MasterDownInterval);
        s.Router.Stop(s.Now, s.Actions);
        InstanceCounters c = s.View.Counters;
        Assert.Equal(2, c.AdvertsReceived);
        Assert.Equal(1, c.PriorityZeroReceived);
        Assert.Equal(2, c.BecameMaster);
        Assert.Equal(2, c.ReleasedMaster);
        Assert.Equal(1, c.PriorityZeroSent);
        Assert.Equal(s.Actions.AsSpan().ToArray().Count(a => a.Kind == RouterActionKind.SendAdvert) + 1, c.AdvertsSent);
    }
}
