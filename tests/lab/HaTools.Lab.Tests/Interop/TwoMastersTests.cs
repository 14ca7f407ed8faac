using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Interop;

/// <summary>
/// A director that is deaf: its firewall drops the adverts that come in, and so it goes on as master beside a better one. The check that
/// interop rests on must see that on the wire.
/// </summary>
[Trait("Needs", "root")]
public sealed class TwoMastersTests
{
    private static readonly CancellationToken stop = CancellationToken.None;

    [LabTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deaf_director_beside_another_is_two_masters_on_the_wire(bool hanodeIsPreferred)
    {
        await using InteropPair pair = await InteropPair.StartAsync(Variant.Version3, hanodeIsPreferred, stop);
        await pair.UntilHeldByAsync("preferred");
        await pair.UntilHeardAsync("preferred", 10);
        Assert.Empty(pair.SecondMasters());

        (await pair.Other.RunAsync("nft add table inet deaf && nft 'add chain inet deaf in { type filter hook input priority 0; }' && "
            + "nft add rule inet deaf in meta l4proto 112 drop", stop)).OrThrow();
        await pair.UntilHeardAsync("other", 10);
        Assert.NotEmpty(pair.SecondMasters());

        // It hears again, and yields.
        (await pair.Other.RunAsync("nft delete table inet deaf", stop)).OrThrow();
        await pair.UntilHeldByAsync("preferred");
        Assert.Empty(await pair.WrongOrdersAsync());
    }
}
