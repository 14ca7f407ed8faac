using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// FRR's vrrpd and hanode as the two routers of one virtual router: either is the preferred master, goes away in each way, and comes back. One class for
/// each way of speaking, so that they run beside one another.
/// </summary>
public static class FrrInteropTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [Trait("Needs", "root")]
    public abstract class Pair
    {
        private readonly Variant variant;

        private protected Pair(Variant variant) => this.variant = variant;

        [FrrTheory]
        [InlineData(true)]
        [InlineData(false)]
        public Task Each_takes_over_from_the_other_and_gives_back(bool hanodeIsPreferred) => TakeTurnsAsync(variant, hanodeIsPreferred);
    }

    /// <summary>Version 2 has seconds for intervals: one order is enough.</summary>
    [Trait("Needs", "root")]
    public sealed class V2
    {
        [FrrFact]
        public Task Each_takes_over_from_the_other_and_gives_back() => TakeTurnsAsync(Variant.Version2 with { Instance = "use_vmac" }, true);
    }

    public sealed class V3() : Pair(Variant.Version3);

    public sealed class V3Vmac() : Pair(Variant.Version3 with { Instance = "use_vmac" });

    public sealed class V3Ipv6() : Pair(Variant.Version3OverIpv6);

    public sealed class V3Ipv6Vmac() : Pair(Variant.Version3OverIpv6 with { Instance = "use_vmac" });

    /// <summary>A farewell cuts the wait of three intervals short, to the skew time. The interval is so long that no busy machine blurs that.</summary>
    [Trait("Needs", "root")]
    public sealed class Farewell
    {
        [FrrTheory]
        [InlineData(true)]
        [InlineData(false)]
        public async Task The_other_takes_over_within_the_skew_time(bool hanodeLeaves)
        {
            Variant variant = Variant.Version3 with { Instance = "use_vmac", Interval = 3 };
            (string leaves, string stays) = hanodeLeaves ? (FrrPair.Hanode, FrrPair.Frr) : (FrrPair.Frr, FrrPair.Hanode);
            await using FrrPair pair = await FrrPair.StartAsync(variant, hanodeLeaves, stop);
            await pair.UntilAsync(() => pair.Wire.Adverts().Count(a => a.Sender == leaves) >= 3, $"{leaves} is master");
            await pair.LeaveAsync(leaves, Departure.Stop, stop);
            await pair.UntilAsync(() => pair.Wire.Adverts() is [.., var last] && last.Sender == stays, $"{stays} has taken over");

            IReadOnlyList<HeardAdvert> adverts = pair.Wire.Adverts();
            HeardAdvert farewell = Assert.Single(adverts, a => a.Priority == 0);
            Assert.Equal(leaves, farewell.Sender);
            HeardAdvert first = adverts.First(a => a.Time > farewell.Time);
            Assert.Equal((stays, 100), (first.Sender, first.Priority));

            // Without the farewell: not before three intervals after the last advert. Without the skew time, (256 - 100) / 256 of one: at once.
            HeardAdvert last = adverts.Last(a => a.Time < farewell.Time);
            double interval = variant.Interval * 1e6, sinceAdvert = first.Time - last.Time, sinceFarewell = first.Time - farewell.Time;
            Assert.True(sinceAdvert < 3 * interval, $"{sinceAdvert / interval} intervals after the last advert\n{pair.Logs}");
            Assert.True(sinceFarewell > interval / 2, $"{sinceFarewell / interval} intervals after the farewell\n{pair.Logs}");
        }
    }

    /// <summary>What differs from keepalived, and from RFC 9568: docs/from-keepalived.md tells it.</summary>
    [Trait("Needs", "root")]
    public sealed class Differences
    {
        /// <summary>FRR 8.4 knows the checksum with the pseudo-header alone, over IPv4.</summary>
        [FrrFact]
        public async Task Frr_refuses_the_checksum_of_RFC_9568_and_hanode_names_the_setting()
        {
            Variant variant = Variant.Version3 with { Global = "v3_checksum_as_v2", HasChecksumOfTcpdump = false };
            await using FrrPair pair = await FrrPair.StartAsync(variant, hanodeIsPreferred: true, stop);
            await pair.UntilAsync(() => InteropPair.SecondMasters(pair.Wire.Adverts()).Count > 0, "both are masters");
            await pair.UntilAsync(() => pair.HanodeMachine.DaemonLog.Contains("leave out `v3_checksum_as_v2`", StringComparison.Ordinal),
                "hanode says what to do");

            Variant.Version3.Furnish(pair.HanodeMachine, HaTools.Lab.Machine.DirectorDaemon.Hanode, true);
            (await pair.HanodeMachine.RunAsync("systemctl reload keepalived", stop)).OrThrow();
            await pair.UntilMasterAsync(FrrPair.Hanode, stop);
        }

        /// <summary>A backup's address stays on its macvlan, so that the kernel answers for it out of the card.</summary>
        [FrrFact]
        public async Task Frrs_backup_answers_for_the_address_until_the_kernel_is_told_not_to()
        {
            await using FrrPair pair = await FrrPair.StartAsync(Variant.Version3 with { Instance = "use_vmac" }, hanodeIsPreferred: true, stop, hidesFromArp: false);
            await pair.UntilAsync(() => pair.Wire.Adverts().Count(a => a.Sender == FrrPair.Hanode) >= 10, "hanode is master");
            await pair.AskAsync(5, stop);
            Assert.NotEmpty(pair.AnswersOfFrrsCard);

            await pair.HideFromArpAsync(stop);
            int before = pair.AnswersOfFrrsCard.Count;
            await pair.AskAsync(5, stop);
            Assert.Equal(before, pair.AnswersOfFrrsCard.Count);
        }
    }

    private static async Task TakeTurnsAsync(Variant variant, bool hanodeIsPreferred)
    {
        (string preferred, string other) = hanodeIsPreferred ? (FrrPair.Hanode, FrrPair.Frr) : (FrrPair.Frr, FrrPair.Hanode);
        await using FrrPair pair = await FrrPair.StartAsync(variant, hanodeIsPreferred, stop);
        await pair.UntilMasterAsync(preferred, stop);
        foreach (Departure departure in (Departure[])[Departure.Stop, Departure.Kill])
        {
            // Killed, FRR leaves its macvlan with the address up for ever: dead weight, no second master.
            string? excused = departure == Departure.Kill && !hanodeIsPreferred ? preferred : null;
            await pair.LeaveAsync(preferred, departure, stop);
            await pair.UntilMasterAsync(other, stop, excused);
            await pair.ReturnAsync(preferred, stop);
            await pair.UntilMasterAsync(preferred, stop);
        }

        Assert.Equal(preferred, Assert.Single(pair.Wire.Adverts(), a => a.Priority == 0).Sender);
        Assert.Empty(InteropPair.SecondMasters(pair.Wire.Adverts()));
        string decoded = pair.Wire.Text;
        Assert.Contains("VRRPv" + variant.Version, decoded, StringComparison.Ordinal);
        foreach (string complaint in (string[])["bad", "invalid", "unknown"]) Assert.DoesNotMatch($@"(?i)\b{complaint}\b", decoded);

        // FRR's list has no link-local address at its head, as RFC 9568 section 5.2.9 wants it and hanode has it: told once, and no harm done.
        Assert.Equal(variant.IsIpv6, LogWatch.Count(pair.HanodeMachine, "advertises other addresses than ours; its adverts are heeded") > 0);

        // Two routers that both use the virtual MAC address are one for the client.
        if (variant.Instance != "use_vmac") return;
        string mac = variant.IsIpv6 ? "00:00:5e:00:02:33" : "00:00:5e:00:01:33";
        Assert.NotEmpty(pair.Client.Believed);
        Assert.True(pair.Client.Believed.All(m => m == mac), pair.Client.Logs);
    }
}
