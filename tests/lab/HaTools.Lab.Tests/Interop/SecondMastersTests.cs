using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Interop;

/// <summary>The check that interop rests on finds two masters, and takes no handover for them.</summary>
public sealed class SecondMastersTests
{
    [Theory]
    [InlineData("111222111")] // takeover and return
    [InlineData("1102222")] // a farewell before
    [InlineData("2221210222")] // the same, and the one that took over leaves at once
    [InlineData("11121222")] // the last advert of the one that yields crosses the first of the other
    public void A_handover_is_none(string senders) => Assert.Empty(InteropPair.SecondMasters(Heard(senders)));

    [Theory]
    [InlineData("1112121212")]
    [InlineData("2121212")]
    [InlineData("11122112112112")] // 1 answers each advert of 2, beside its own
    public void Two_that_both_go_on_are_found(string senders) => Assert.NotEmpty(InteropPair.SecondMasters(Heard(senders)));

    // 0: the one before says goodbye.
    private static IEnumerable<HeardAdvert> Heard(string senders) =>
        senders.Select((c, i) => new HeardAdvert(i, c == '0' ? "1" : $"{c}", 51, c == '0' ? 0 : 100));
}
