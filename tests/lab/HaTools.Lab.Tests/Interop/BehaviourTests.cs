using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary>What decides who is master, and what a master says, beside Debian's keepalived: each of the two in either part, version 3 at 100 ms.</summary>
[Trait("Needs", "root")]
public sealed class BehaviourTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [LabTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_nopreempt_who_comes_back_leaves_the_other_master_until_it_goes(bool hanodeIsPreferred)
    {
        await using InteropPair pair = await InteropPair.StartAsync(Variant.Version3, hanodeIsPreferred, stop, preferredMore: "nopreempt");
        // Whoever was first is master; then the other one is, because the preferred one goes.
        await pair.UntilSomebodyHoldsAsync();
        await pair.LeaveAsync(Departure.Stop, stop);
        await pair.UntilHeldByAsync("other");
        // What the preferred one said as master has been told by tcpdump before this.
        await pair.UntilHeardAsync("other", 1);
        int before = pair.Wire.Adverts().Count;
        await pair.ReturnAsync(Departure.Stop, stop);
        await pair.UntilAsync(() => LogWatch.StateOf(pair.Preferred) == "BACKUP", "the one that is back is backup");

        // Ten of the other's intervals, where three would do to preempt.
        await pair.UntilHeardAsync("other", 10);
        Assert.DoesNotContain(pair.Wire.Adverts().Skip(before), a => a.Sender == "preferred" && a.Priority > 0);
        await pair.UntilHeldByAsync("other");

        await pair.Other.StopDaemonAsync(stop);
        await pair.UntilHeldByAsync("preferred");
        Assert.Empty(pair.SecondMasters());
    }

    [LabTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_preempt_delay_who_comes_back_waits_and_then_preempts(bool hanodeIsPreferred)
    {
        await using InteropPair pair = await InteropPair.StartAsync(Variant.Version3, hanodeIsPreferred, stop, preferredMore: "preempt_delay 6");
        await pair.UntilHeldByAsync("preferred");
        await pair.LeaveAsync(Departure.Stop, stop);
        await pair.UntilHeldByAsync("other");
        await pair.ReturnAsync(Departure.Stop, stop);
        await pair.UntilAsync(() => LogWatch.StateOf(pair.Preferred) == "BACKUP", "the one that is back is backup");
        int before = pair.Wire.Adverts().Count;
        await pair.UntilHeldByAsync("preferred");

        // 6 s are twenty of the other's intervals, and without the delay there were four. The clock that counts is the other's, so nothing is
        // said about ours; but a few may have been sent between the first advert that was heard and the look above.
        HeardAdvert[] after = [.. pair.Wire.Adverts().Skip(before)];
        int waited = after.TakeWhile(a => a.Sender != "preferred").Count(a => a.Sender == "other");
        Assert.True(waited >= 10, $"preempted after {waited} adverts\n{pair.Logs}");
        Assert.Empty(pair.SecondMasters());
    }

    [LabTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_owner_of_the_addresses_is_master_whenever_it_is_there(bool hanodeIsPreferred)
    {
        await using InteropPair pair = await InteropPair.StartAsync(Variant.Version3, hanodeIsPreferred, stop, preferredPriority: 255);
        await pair.UntilHeldByAsync("preferred");
        // tcpdump tells of an advert when it gets a processor.
        await pair.UntilAsync(() => pair.Wire.Adverts().Any(a => a is { Sender: "preferred", Priority: 255 }), "the preferred one has said that the addresses are its own");
        await pair.LeaveAsync(Departure.Stop, stop);
        await pair.UntilHeldByAsync("other");
        await pair.ReturnAsync(Departure.Stop, stop);
        await pair.UntilHeldByAsync("preferred");
        Assert.Empty(pair.SecondMasters());
    }

    [LabTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_master_announces_its_addresses_anew_for_as_long_as_it_is_master(bool hanodeIsPreferred)
    {
        await using InteropPair pair = await InteropPair.StartAsync(Variant.Version3, hanodeIsPreferred, stop,
            preferredMore: "garp_master_delay 1\ngarp_master_repeat 2\ngarp_master_refresh 1\ngarp_master_refresh_repeat 3");
        await pair.UntilHeldByAsync("preferred");

        // Two at the takeover, two after a second, and three with each refresh: the thirteenth is one of the third refresh.
        await pair.UntilAsync(() => Announced("preferred") >= 13, "the addresses were announced thirteen times");
        await pair.LeaveAsync(Departure.Stop, stop);
        await pair.UntilHeldByAsync("other");
        await pair.UntilAsync(() => Announced("other") >= 5, "the other one has announced them, too");
        int gone = Announced("preferred");
        await pair.UntilHeardAsync("other", 20);
        Assert.Equal(gone, Announced("preferred"));

        int Announced(string who) => pair.Wire.Announcements().Count(a => a.Sender == who && a.Address == Variant.Version3.Address);
    }
}
