using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// Debian's keepalived and hanode as the two directors of one instance: either is the preferred master, goes away in each way, and comes
/// back. What is looked at is who holds the address in the kernel, all the time, and what is heard on the wire. One class for each way of speaking, so
/// that they run beside one another.
/// </summary>
public static class InteropTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [Trait("Needs", "root")]
    public abstract class Pair
    {
        private readonly Variant variant;

        private protected Pair(Variant variant) => this.variant = variant;

        private protected string? Program { get; init; }

        [LabTheory]
        [InlineData(true)]
        [InlineData(false)]
        public virtual async Task Each_takes_over_from_the_other_and_gives_back(bool hanodeIsPreferred)
        {
            await using InteropPair pair = await InteropPair.StartAsync(variant, hanodeIsPreferred, stop, program: Program);
            await pair.UntilHeldByAsync("preferred");

            foreach (Departure departure in (Departure[])[Departure.Stop, Departure.LinkDown])
            {
                await pair.LeaveAsync(departure, stop);
                await pair.UntilHeldByAsync("other");
                await pair.ReturnAsync(departure, stop);
                await pair.UntilHeldByAsync("preferred");
            }

            Assert.Empty(pair.WrongOrders());

            // Killed, keepalived leaves its address behind for ever, and hanode until its lifetime is over: dead weight, no second master.
            await pair.LeaveAsync(Departure.Kill, stop);
            await pair.UntilHeldByAsync("other", excused: hanodeIsPreferred ? null : "preferred");
            await pair.ReturnAsync(Departure.Kill, stop);
            await pair.UntilHeldByAsync("preferred");

            Assert.Empty(pair.SecondMasters());
            string decoded = pair.Wire.Text;
            Assert.Contains("VRRPv" + variant.Version, decoded, StringComparison.Ordinal);
            string[] complaints = variant.HasChecksumOfTcpdump ? ["bad", "invalid", "unknown", "[|vrrp]"] : ["invalid", "unknown", "[|vrrp]"];
            foreach (string complaint in complaints) Assert.DoesNotContain(complaint, decoded, StringComparison.OrdinalIgnoreCase);
        }
    }

    public sealed class V2() : Pair(Variant.Version2);

    public sealed class V2Pass() : Pair(Variant.Version2 with { Instance = "authentication {\nauth_type PASS\nauth_pass hell>com\n}" });

    public sealed class V3() : Pair(Variant.Version3);
}
