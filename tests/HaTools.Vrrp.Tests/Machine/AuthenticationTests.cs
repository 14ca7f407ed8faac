using System.Net;
using static HaTools.Vrrp.Tests.Wire;

namespace HaTools.Vrrp.Tests.Machine;

/// <summary>What the router keeps for authentication: sequence numbers and replays. The codes themselves are the packets'.</summary>
public class AuthenticationTests
{
    private const string Other = "10.70.0.3";

    private static VrrpInstance Ah(int priority = 100, string password = "s3cret12") =>
        Instance(priority, version: 2) with { Authentication = new VrrpAuthentication(VrrpAuthenticationType.AuthenticationHeader, password) };

    private static VrrpInstance Hmac(int priority = 100, VrrpHmacMode mode = VrrpHmacMode.Enforce, VrrpAntiReplay replay = VrrpAntiReplay.Time) =>
        Instance(priority) with
        {
            Hmac = new VrrpHmac
            {
                Keys = [new VrrpHmacKey(1, new string('k', 32)), new VrrpHmacKey(2, new string('l', 32))],
                ActiveKey = 1,
                Mode = mode,
                AntiReplay = replay,
            },
        };

    private static uint SequenceOf(byte[] datagram)
    {
        Assert.Equal(AdvertRejection.None, VrrpAdvert.TryDecode(datagram, VrrpVersions.Two, 0, out VrrpAdvert advert));
        return AuthenticationHeader.SequenceOf(advert);
    }

    /// <summary>The numbers on the wire of the adverts that were asked for since the last look.</summary>
    private static uint[] SentSequences(Scenario s)
    {
        List<uint> numbers = [];
        byte[] buffer = new byte[VrrpRouter.MaxAdvertLength];
        foreach (RouterAction action in s.TakeActions().Where(a => a.Kind == RouterActionKind.SendAdvert))
            numbers.Add(SequenceOf(buffer[..s.Router.EncodeAdvert(action, s.Router.Destination(0, 0), 1, 0, buffer)]));
        return [.. numbers];
    }

    [Fact]
    public void Rfc2402_a_master_counts_its_adverts_from_1()
    {
        Scenario s = Scenario.Running(Ah());
        s.Advance(s.View.MasterDownInterval);
        s.Advance(2 * Second);
        Assert.Equal([1u, 2u, 3u], SentSequences(s));
    }

    [Fact]
    public void Measured_a_backup_that_takes_over_goes_on_from_the_last_number_that_it_heard()
    {
        Scenario s = Scenario.Running(Ah());
        var master = new Advertiser(Ah(200), Other);
        for (int i = 0; i < 7; i++) s.Hear(master);
        Assert.Equal(7, s.View.Counters.AdvertsReceived);
        s.TakeActions();
        s.Advance(s.View.MasterDownInterval);
        Assert.Equal([8u], SentSequences(s));
    }

    [Fact]
    public void All_unicast_peers_are_told_an_advert_with_one_number()
    {
        Scenario s = Scenario.Running(Ah() with { UnicastPeers = [new(IPAddress.Parse(Other)), new(IPAddress.Parse("10.70.0.4"))] });
        s.TakeActions();
        s.Advance(s.View.MasterDownInterval);
        RouterAction action = Assert.Single(s.TakeActions(), a => a.Kind == RouterActionKind.SendAdvert);
        byte[] first = new byte[VrrpRouter.MaxAdvertLength], second = new byte[VrrpRouter.MaxAdvertLength];
        int length = s.Router.EncodeAdvert(action, s.Router.Destination(0, 0), 1, 0, first);
        s.Router.EncodeAdvert(action, s.Router.Destination(0, 1), 1, 0, second);
        Assert.Equal(SequenceOf(first[..length]), SequenceOf(second[..length]));
    }

    [Fact]
    public void A_replayed_advert_is_refused_and_counted()
    {
        Scenario s = Scenario.Running(Ah());
        byte[] once = new Advertiser(Ah(200), Other).Packet(0);
        s.Hear(once);
        s.Hear(once);
        Assert.Equal(["rejected AuthenticationReplay"], s.Take());
        Assert.Equal(1, s.View.Counters.Rejected.Of(AdvertRejection.AuthenticationReplay));
    }

    [Theory]
    [InlineData(VrrpAuthenticationType.AuthenticationHeader, AdvertRejection.AuthenticationFailure)]
    [InlineData(VrrpAuthenticationType.SimplePassword, AdvertRejection.AuthenticationMismatch)]
    [InlineData(null, AdvertRejection.AuthenticationMismatch)]
    internal void What_is_not_signed_with_our_key_is_refused(VrrpAuthenticationType? type, AdvertRejection expected)
    {
        Scenario s = Scenario.Running(Ah());
        VrrpAuthentication? theirs = type is { } t ? new VrrpAuthentication(t, "another") : null;
        s.Hear(new Advertiser(Ah(200) with { Authentication = theirs }, Other));
        Assert.Equal([$"rejected {expected}"], s.Take());
    }

    [Fact]
    public void A_forged_number_does_not_move_ours()
    {
        Scenario s = Scenario.Running(Ah());
        var forger = new Advertiser(Ah(200, "another"), Other);
        for (int i = 0; i < 9; i++) s.Hear(forger);
        s.Hear(new Advertiser(Ah(200), Other)); // number 1
        Assert.Equal(1, s.View.Counters.AdvertsReceived);
    }

    [Fact]
    public void A_reload_keeps_the_numbers()
    {
        Scenario s = Scenario.Running(Ah());
        var master = new Advertiser(Ah(200), Other);
        byte[] once = master.Packet(0);
        s.Hear(once);
        s.Reconfigure([Ah(120)], [], [0], []);
        s.Take();
        s.Hear(once);
        Assert.Equal(["rejected AuthenticationReplay"], s.Take());
    }

    [Fact]
    public void Auth_hmac_signed_adverts_are_heard_and_ours_are_signed()
    {
        Scenario s = Scenario.Running(Hmac());
        s.Hear(new Advertiser(Hmac(200), Other));
        Assert.Empty(s.Take());
        Assert.Equal(1, s.View.Counters.AdvertsReceived);
        Assert.Equal(20 + 12 + HmacAuthenticator.TrailerLength, Advert(s.Router, 0, 100).Length);
    }

    [Theory]
    [InlineData(VrrpHmacMode.Enforce, AdvertRejection.AuthenticationMismatch)]
    [InlineData(VrrpHmacMode.Permissive, AdvertRejection.None)]
    [InlineData(VrrpHmacMode.ReceiveOnly, AdvertRejection.None)]
    internal void Auth_hmac_an_advert_without_a_trailer_is_heard_by_the_mode(VrrpHmacMode mode, AdvertRejection expected)
    {
        Scenario s = Scenario.Running(Hmac(mode: mode));
        s.Hear(Instance(200), Other);
        Assert.Equal(expected == AdvertRejection.None ? [] : [$"rejected {expected}"], s.Take());
    }

    [Theory]
    [InlineData(VrrpAntiReplay.Time)]
    [InlineData(VrrpAntiReplay.Monotonic)]
    public void Auth_hmac_a_replayed_advert_is_refused_also_after_a_reload(VrrpAntiReplay replay)
    {
        Scenario s = Scenario.Running(Hmac(replay: replay));
        byte[] once = new Advertiser(Hmac(200, replay: replay), Other).Packet(s.Unix);
        s.Hear(once, s.Unix);
        Assert.Empty(s.Take());
        s.Hear(once, s.Unix);
        Assert.Equal(["rejected AuthenticationReplay"], s.Take());
        s.Reconfigure([Hmac(120, replay: replay)], [], [0], []);
        s.Take();
        s.Hear(once, s.Unix);
        Assert.Equal(["rejected AuthenticationReplay"], s.Take());
    }

    [Fact]
    public void Auth_hmac_an_advert_from_another_time_is_refused()
    {
        Scenario s = Scenario.Running(Hmac());
        s.Hear(new Advertiser(Hmac(200), Other).Packet(s.Unix - 60 * Second), s.Unix);
        Assert.Equal(["rejected AuthenticationStale"], s.Take());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public void Auth_hmac_a_clock_that_goes_astray_is_told_once_before_its_adverts_are_refused(int behind)
    {
        Scenario s = Scenario.Running(Hmac());
        void Hear(int skew)
        {
            s.SleepWithoutTimers(10 * Second); // so that the numbers grow all the same
            s.Hear(new Advertiser(Hmac(200), Other).Packet(s.Unix - skew * Second), s.Unix);
        }

        Hear(behind / 3 * 2);
        Assert.Empty(s.Take());
        Hear(behind);
        RouterAction told = Assert.Single(s.TakeActions());
        Assert.Equal((RouterActionKind.ClockSkewed, behind, (AddressBits)Address(Other)), (told.Kind, told.Value, told.Peer));
        Hear(behind / 3 * 2); // not right yet
        Hear(behind);
        Assert.Empty(s.Take());
        Hear(0);
        Hear(behind);
        Assert.Equal(["ClockSkewed"], s.Take());
    }

    [Fact]
    public void Auth_hmac_where_numbers_count_the_clock_is_of_no_matter()
    {
        Scenario s = Scenario.Running(Hmac(replay: VrrpAntiReplay.Monotonic));
        s.Hear(new Advertiser(Hmac(200, replay: VrrpAntiReplay.Monotonic), Other).Packet(s.Unix - 100 * Second), s.Unix);
        Assert.Empty(s.Take());
    }

    [Fact]
    public void Auth_hmac_a_unicast_sender_must_be_a_peer()
    {
        static VrrpInstance To(VrrpInstance instance, string peer) =>
            instance with { UnicastPeers = [new UnicastPeer(System.Net.IPAddress.Parse(peer))] };
        Scenario s = Scenario.Running(To(Hmac(), Other));
        s.Hear(new Advertiser(To(Hmac(200), "10.70.0.2"), "10.70.0.4"));
        Assert.Equal(["rejected UnknownPeer"], s.Take());
        s.Hear(new Advertiser(To(Hmac(200), "10.70.0.2"), Other));
        Assert.Empty(s.Take());
    }
}
