using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// keepalived and hanode as the two routers of one virtual MAC address, and a client that uses the virtual address through all changes of the master. One
/// class for each way of speaking, so that they run beside one another.
/// </summary>
public static class VirtualMacInteropTests
{
    private const string Mac4 = "00:00:5e:00:01:33", Mac6 = "00:00:5e:00:02:33";
    private static readonly CancellationToken stop = CancellationToken.None;

    [Trait("Needs", "root")]
    public abstract class Pair
    {
        private readonly Variant variant;

        private protected Pair(Variant variant) => this.variant = variant with { Instance = "use_vmac" };

        [LabTheory]
        [InlineData(true)]
        [InlineData(false)]
        public Task A_client_sees_one_mac_whoever_is_master(bool hanodeIsPreferred) => TakeTurnsAsync(variant, hanodeIsPreferred);
    }

    public sealed class V2() : Pair(Variant.Version2);

    public sealed class V3() : Pair(Variant.Version3);

    public sealed class V3Ipv6() : Pair(Variant.Version3OverIpv6);

    /// <summary>
    /// Who answers a client has to find it: the kernel asks in the name of the address that it answers from, and without arp_announce out of the card.
    /// The client takes that for the address's hardware address, until it is told better. hanode sets the parameter, keepalived does not.
    /// </summary>
    [Trait("Needs", "root")]
    public sealed class Questions
    {
        [LabTheory]
        [InlineData(true)]
        [InlineData(false)]
        public async Task Keepaliveds_card_asks_in_the_name_of_the_virtual_address_and_hanodes_does_not(bool hanodeIsPreferred)
        {
            Variant variant = Variant.Version3 with { Instance = "use_vmac" };
            await using InteropPair pair = await InteropPair.StartAsync(variant, hanodeIsPreferred, stop, withClient: true);
            await HeldAndAnswersAsync(pair, "preferred");
            string card = pair.CardOf(pair.Preferred);

            // One that it has just learnt it does not ask for.
            (await pair.Preferred.RunAsync("ip neigh flush dev eth0", stop)).OrThrow();
            string by = hanodeIsPreferred ? "10.70.0.1" : variant.Address;
            await pair.UntilAsync(
                () => pair.Client.Heard(m => m == card).Any(f => f.Contains($"who-has 10.70.0.3 tell {by},", StringComparison.Ordinal)),
                $"the card asks for the client in the name of {by}");
            await pair.UntilAsync(() => pair.Client.Believed.Contains(card) != hanodeIsPreferred, "the client believes what it was told");
            Assert.Equal(hanodeIsPreferred, pair.Client.SpeakingFor(m => m == card).Count == 0);
        }
    }

    private static async Task TakeTurnsAsync(Variant variant, bool hanodeIsPreferred)
    {
        await using InteropPair pair = await InteropPair.StartAsync(variant, hanodeIsPreferred, stop, withClient: true, prepare: AnnounceAsHanodeDoes);
        await HeldAndAnswersAsync(pair, "preferred");
        foreach (Departure departure in (Departure[])[Departure.Stop, Departure.Kill])
        {
            // Killed, keepalived leaves its macvlan and the address behind for ever: dead weight, which has the same MAC address.
            string? excused = departure == Departure.Kill && !hanodeIsPreferred ? "preferred" : null;
            await pair.LeaveAsync(departure, stop);
            await HeldAndAnswersAsync(pair, "other", excused);
            await pair.ReturnAsync(departure, stop);
            await HeldAndAnswersAsync(pair, "preferred");
        }

        Assert.Empty(pair.SecondMasters());
        string mac = variant.IsIpv6 ? Mac6 : Mac4;
        Assert.NotEmpty(pair.Client.Believed);
        Assert.True(pair.Client.Believed.All(m => m == mac), pair.Client.Logs);
        Assert.NotEmpty(pair.Client.SpeakingFor(m => m == mac));
        string[] cards = [pair.CardOf(pair.Preferred), pair.CardOf(pair.Other)];
        Assert.Empty(pair.Client.SpeakingFor(m => cards.Contains(m)));
    }

    // What keepalived leaves to the host: see Questions.
    private static async Task AnnounceAsHanodeDoes(LabNode node)
    {
        if (node.Daemon == DirectorDaemon.Keepalived) (await node.RunAsync("sysctl -qw net.ipv4.conf.eth0.arp_announce=2", stop)).OrThrow();
    }

    private static async Task HeldAndAnswersAsync(InteropPair pair, string holder, string? excused = null)
    {
        await pair.UntilHeldByAsync(holder, excused);
        await pair.UntilHeardAsync(holder, 2);
        int before = pair.Client.Answers;
        await pair.UntilAsync(() => pair.Client.Answers >= before + 5, $"the client is answered by {holder}");
    }
}
