using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// keepalived and hanode as the two directors of one instance: either is the preferred master, goes away in each way, and comes
/// back. What is looked at is who holds the address in the kernel, all the time, and what is heard on the wire. One class for each way of
/// speaking, so that they run beside one another.
/// </summary>
public static class InteropTests
{
    private const string HmacOf =
        "auth_hmac {\nkey 1 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\nactive_key 1\n}";

    private static readonly CancellationToken stop = CancellationToken.None;

    /// <summary>Beside Debian's keepalived.</summary>
    [Trait("Needs", "root")]
    public abstract class Pair
    {
        private readonly Variant variant;

        private protected Pair(Variant variant) => this.variant = variant;

        [LabTheory]
        [InlineData(true)]
        [InlineData(false)]
        public Task Each_takes_over_from_the_other_and_gives_back(bool hanodeIsPreferred) => TakeTurnsAsync(variant, hanodeIsPreferred, null);
    }

    /// <summary>Beside a newer one, for what Debian's does not know.</summary>
    [Trait("Needs", "root")]
    public abstract class NewerPair
    {
        private readonly Variant variant;

        private protected NewerPair(Variant variant) => this.variant = variant;

        [NewerKeepalivedTheory]
        [InlineData(true)]
        [InlineData(false)]
        public Task Each_takes_over_from_the_other_and_gives_back(bool hanodeIsPreferred) =>
            TakeTurnsAsync(variant, hanodeIsPreferred, Variant.NewerKeepalived);
    }

    public sealed class V2() : Pair(Variant.Version2);

    public sealed class V2Pass() : Pair(Variant.Version2 with { Instance = "authentication {\nauth_type PASS\nauth_pass hell>com\n}" });

    public sealed class V2Ah() : Pair(Variant.Version2 with { Instance = "authentication {\nauth_type AH\nauth_pass hell>com\n}" });

    public sealed class V2Unicast() : Pair(Variant.Version2 with { IsUnicast = true });

    public sealed class V3() : Pair(Variant.Version3);

    public sealed class V3Unicast() : Pair(Variant.Version3 with { IsUnicast = true });

    /// <summary>The group in the pseudo-header, as keepalived before 1.3.6 had it.</summary>
    public sealed class V3UnicastOldChecksum() :
        Pair(Variant.Version3 with { IsUnicast = true, Instance = "old_unicast_checksum", HasChecksumOfTcpdump = false });

    public sealed class V3Ipv6() : Pair(Variant.Version3OverIpv6);

    public sealed class V3Ipv6Unicast() : Pair(Variant.Version3OverIpv6 with { IsUnicast = true });

    public sealed class V3ChecksumAsV2() : NewerPair(Variant.Version3 with { Global = "v3_checksum_as_v2", HasChecksumOfTcpdump = false });

    public sealed class V2Hmac() : NewerPair(Variant.Version2 with { Instance = HmacOf, HasChecksumOfTcpdump = false });

    public sealed class V3Hmac() : NewerPair(Variant.Version3 with { Instance = HmacOf, HasChecksumOfTcpdump = false });

    public sealed class V3Ipv6Hmac() : NewerPair(Variant.Version3OverIpv6 with { Instance = HmacOf, HasChecksumOfTcpdump = false });

    private static async Task TakeTurnsAsync(Variant variant, bool hanodeIsPreferred, string? program)
    {
        await using InteropPair pair = await InteropPair.StartAsync(variant, hanodeIsPreferred, stop, program: program);
        await pair.UntilHeldByAsync("preferred");

        foreach (Departure departure in (Departure[])[Departure.Stop, Departure.LinkDown])
        {
            await pair.LeaveAsync(departure, stop);
            await pair.UntilHeldByAsync("other");
            await pair.ReturnAsync(departure, stop);
            await pair.UntilHeldByAsync("preferred");
        }

        string wrongOrders = string.Join('\n', await pair.WrongOrdersAsync());
        Assert.True(wrongOrders.Length == 0, $"{wrongOrders}\n{pair.Logs}");

        // Killed, keepalived leaves its address behind for ever, and hanode until its lifetime is over: dead weight, no second master.
        await pair.LeaveAsync(Departure.Kill, stop);
        await pair.UntilHeldByAsync("other", excused: hanodeIsPreferred ? null : "preferred");
        await pair.ReturnAsync(Departure.Kill, stop);
        await pair.UntilHeldByAsync("preferred");

        Assert.Empty(pair.SecondMasters());
        string decoded = pair.Wire.Text;
        Assert.Contains("VRRPv" + variant.Version, decoded, StringComparison.Ordinal);
        // Whole words: there are hexadecimal digits that spell them.
        string[] complaints = variant.HasChecksumOfTcpdump ? ["bad", "invalid", "unknown"] : ["invalid", "unknown"];
        foreach (string complaint in complaints) Assert.DoesNotMatch($@"(?i)\b{complaint}\b", decoded);
        Assert.DoesNotContain("[|vrrp]", decoded, StringComparison.Ordinal);
    }
}
