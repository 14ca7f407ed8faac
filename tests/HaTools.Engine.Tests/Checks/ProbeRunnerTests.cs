using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Checks;

/// <summary>Tests of a kind of check that says something to its server: hears what the thread of checks has to say.</summary>
public abstract class ProbeRunnerTests : ICheckSink, IDisposable
{
    private protected const long Millisecond = 1_000_000;

    private int verdicts;

    protected ProbeRunnerTests() => Runner = new CheckRunner(this);

    private protected static CheckTiming Once { get; } = new(DelayLoop: 30_000 * Millisecond, DelayBeforeRetry: 0, Timeout: 400 * Millisecond, Retry: 0) { Warmup = 0 };

    private protected static CheckTiming Patient { get; } = Once with { Timeout = 60_000 * Millisecond };

    private protected CheckRunner Runner { get; }

    /// <summary>The last verdict on each: why it has failed; null: it is good.</summary>
    private protected ConcurrentDictionary<CheckKey, string?> Last { get; } = new();

    private protected ConcurrentQueue<string> Failures { get; } = new();

    private protected ConcurrentQueue<string> Troubles { get; } = new();

    private protected int Verdicts => Volatile.Read(ref verdicts);

    void ICheckSink.OnFailure(CheckKey key, string reason) => Failures.Enqueue(reason);

    void ICheckSink.OnWeight(CheckKey key, CheckWeight? weight) => Assert.Fail("No server says a weight.");

    void ICheckSink.OnWarning(CheckKey key, string? warning) => Warned(warning);

    void ICheckSink.OnTrouble(string message) => Troubles.Enqueue(message);

    void ICheckSink.OnCheck(CheckTarget check, CheckVerdict verdict, string? reason)
    {
        Assert.Equal(verdict == CheckVerdict.Failed, reason is not null);
        Last[check.Key] = reason;
        if (reason is not null) BesideFailure();
        Interlocked.Increment(ref verdicts);
    }

    public void Dispose()
    {
        Runner.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a check has to say although its server is up.</summary>
    private protected virtual void Warned(string? warning) => Assert.Fail("There is nothing to warn of.");

    /// <summary>What the thread of checks does whenever a server has failed.</summary>
    private protected virtual void BesideFailure()
    {
    }

    private protected async Task<string?> VerdictAsync(SocketTarget target)
    {
        Runner.Configure([target]);
        await Eventually.True(() => Last.ContainsKey(target.Key) || !Troubles.IsEmpty);
        Assert.Empty(Troubles);
        return Last[target.Key];
    }

    private protected static bool Listens(IPEndPoint server)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(server);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
