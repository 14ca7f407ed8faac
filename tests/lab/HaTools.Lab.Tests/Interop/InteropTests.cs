using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// Debian's keepalived and hanode as the two directors of one instance: either is the preferred master, goes away in each way, and comes
/// back. What is looked at is who holds the address in the kernel, all the time, and what is heard on the wire.
/// </summary>
[Trait("Needs", "root")]
public sealed class InteropTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [LabTheory]
    [InlineData("v2", true)]
    [InlineData("v2", false)]
    [InlineData("v2 PASS", true)]
    [InlineData("v2 PASS", false)]
    [InlineData("v3", true)]
    [InlineData("v3", false)]
    public async Task Each_takes_over_from_the_other_and_gives_back(string variantName, bool hanodeIsPreferred)
    {
        Variant variant = Variant.Find(variantName);
        await using InteropPair pair = await InteropPair.StartAsync(variant, hanodeIsPreferred, stop);
        await pair.UntilHeldByAsync("preferred");

        foreach (Departure departure in (Departure[])[Departure.Stop, Departure.LinkDown])
        {
            await pair.LeaveAsync(departure, stop);
            await pair.UntilHeldByAsync("other");
            await pair.ReturnAsync(departure, stop);
            await pair.UntilHeldByAsync("preferred");
        }

        // The one that yields hears the other's advert first, so they overlap by what that takes: never as long as people would notice.
        Assert.True(pair.LongestDouble < TimeSpan.FromSeconds(1),
            $"two held the address for {pair.LongestDouble.TotalMilliseconds:0} ms\n{pair.Logs}");

        // Killed, keepalived leaves its address behind for ever, and hanode until its lifetime is over: dead weight, no second master.
        await pair.LeaveAsync(Departure.Kill, stop);
        await pair.UntilHeldByAsync("other", excused: hanodeIsPreferred ? null : "preferred");
        await pair.ReturnAsync(Departure.Kill, stop);
        await pair.UntilHeldByAsync("preferred");

        Assert.Empty(pair.SecondMasters());
        string decoded = await pair.DecodeAsync();
        Assert.Contains("VRRPv" + variant.Version, decoded, StringComparison.Ordinal);
        foreach (string complaint in (string[])["bad", "invalid", "unknown", "[|vrrp]"])
            Assert.DoesNotContain(complaint, decoded, StringComparison.OrdinalIgnoreCase);
    }
}
