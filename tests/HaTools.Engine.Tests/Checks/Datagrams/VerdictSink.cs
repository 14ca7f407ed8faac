using System.Collections.Concurrent;
using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.Checks.Datagrams;

/// <summary>Hears what datagram checks say, each by its number.</summary>
internal sealed class VerdictSink : ICheckSink
{
    private const long Millisecond = 1_000_000;

    /// <summary>One try, which takes as long as it needs.</summary>
    public static CheckTiming Patient { get; } = new(DelayLoop: 30_000 * Millisecond, DelayBeforeRetry: 0, Timeout: 60_000 * Millisecond, Retry: 0) { Warmup = 0 };

    /// <summary>One try against one that keeps silent.</summary>
    public static CheckTiming Once { get; } = Patient with { Timeout = 400 * Millisecond };

    /// <summary>Again and again.</summary>
    public static CheckTiming Often { get; } = Patient with { DelayLoop = 20 * Millisecond };

    /// <summary>Why the check's last verdict is bad; null: it is good.</summary>
    public ConcurrentDictionary<int, string?> Last { get; } = new();

    public ConcurrentQueue<string> Troubles { get; } = new();

    public int Verdicts;

    public static SocketTarget Target(int number, IPEndPoint place, NetworkCheck check, CheckTiming timing)
    {
        var service = new ServiceKey(IpvsProtocol.Udp, IPAddress.Parse("192.0.2.1"), 80);
        return new SocketTarget(new CheckKey(service, new DestinationKey(place.Address, 80), new CheckId(check, number)), place, timing) { Check = check, Origin = CheckOrigin.Of(check) };
    }

    public void OnCheck(CheckTarget check, CheckVerdict verdict, string? reason)
    {
        Assert.Equal(verdict == CheckVerdict.Failed, reason is not null);
        Last[check.Key.Check.Number] = reason;
        _ = Interlocked.Increment(ref Verdicts);
    }

    public void OnWeight(CheckKey key, CheckWeight? weight) => Assert.Fail("No datagram says a weight.");

    public void OnWarning(CheckKey key, string? warning) => Assert.Fail("There is nothing to warn of.");

    public void OnFailure(CheckKey key, string reason)
    {
    }

    public void OnTrouble(string message) => Troubles.Enqueue(message);
}
