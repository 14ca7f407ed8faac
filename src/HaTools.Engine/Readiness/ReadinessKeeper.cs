using System.Globalization;
using HaTools.Engine.Checks;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Readiness;

/// <summary>Hears which instances are held back.</summary>
internal interface IReadinessSink
{
    /// <summary>Other instances are held back than before: see <see cref="ReadinessKeeper.IsHeld"/>.</summary>
    void OnHoldsChanged();

    /// <param name="instance">The instance.</param>
    /// <param name="message">That its wait begins, or ends, in words.</param>
    /// <param name="state">WAITING, READY, or OVER: it is master without it.</param>
    void OnReadiness(string instance, string message, string state);
}

/// <summary>Asks the logic as time goes on, and tells what comes of it.</summary>
/// <param name="thread">Where that is done.</param>
/// <param name="isMaster">Whether this node is master of an instance now; from any thread.</param>
/// <param name="facts">What it depends on; asked on the thread. It is told whether this host announces connections.</param>
/// <param name="sink">Hears of it, on the thread.</param>
internal sealed class ReadinessKeeper(WorkThread thread, Func<string, bool> isMaster, Func<bool, ReadinessFacts> facts, IReadinessSink sink)
{
    private const long WhileWaiting = 200_000_000;
    private const long AtRest = 1_000_000_000;

    private readonly ReadinessLogic logic = new();
    private readonly HashSet<string> told = [];
    private volatile IReadOnlyDictionary<string, TakeoverHold> holds = new Dictionary<string, TakeoverHold>();
    private bool ticks;
    private volatile bool stopped;

    /// <summary>Whether an instance leaves a master of lower priority in place; from any thread.</summary>
    public bool IsHeld(string instance) => holds.ContainsKey(instance);

    /// <summary>Why it does; null: it does not, or is master itself. From any thread.</summary>
    public TakeoverHold? HoldOf(string instance) => isMaster(instance) ? null : holds.GetValueOrDefault(instance);

    public Task ConfigureAsync(HaConfiguration wanted) => thread.RunAsync(() =>
    {
        logic.Configure(wanted, MonotonicClock.Now);
        Look();
        if (logic.IsNeeded && !ticks) LookAgain();
    });

    /// <summary>What was taken in last is in force now, and cannot be refused any more.</summary>
    public Task SetInForceAsync() => thread.RunAsync(logic.SetInForce);

    /// <summary>A check has said whether its server is up; from any thread.</summary>
    public void Heard(CheckKey check) => thread.Post(() => logic.Heard(check));

    /// <summary>Looks at the facts, on the thread.</summary>
    public void Look()
    {
        if (stopped) return;
        long now = MonotonicClock.Now;
        IReadOnlyDictionary<string, TakeoverHold> before = holds;
        holds = logic.At(now, facts(logic.Followed is { } followed && isMaster(followed)));
        if (holds.Count != before.Count || holds.Keys.Any(name => !before.ContainsKey(name))) sink.OnHoldsChanged();
        foreach ((string name, TakeoverHold hold) in holds)
        {
            if (isMaster(name) || !told.Add(name)) continue;
            string atMost = hold.SecondsLeft(now) is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" for {Math.Ceiling(seconds):0} s at most") : "";
            sink.OnReadiness(name, $"({name}) leaves a master of lower priority in place{atMost}: {hold.Reason}", "WAITING");
        }

        if (told.Count == 0) return;
        foreach (string name in told.Where(t => isMaster(t) || !holds.ContainsKey(t)).ToArray())
        {
            _ = told.Remove(name);
            if (holds.ContainsKey(name)) sink.OnReadiness(name, $"({name}) is master before this host was ready: no other was heard", "OVER");
            else sink.OnReadiness(name, $"({name}) is ready to take over from a master of lower priority", "READY");
        }
    }

    /// <summary>The node stops: nothing is looked at any more.</summary>
    public void Stop() => stopped = true;

    private void LookAgain()
    {
        ticks = true;
        thread.At(MonotonicClock.Now + (told.Count > 0 ? WhileWaiting : AtRest), () =>
        {
            ticks = false;
            Look();
            if (logic.IsNeeded && !stopped) LookAgain();
        });
    }
}
