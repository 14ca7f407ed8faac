using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Notify.Fifos;

/// <summary>The script that reads a FIFO: it runs while the configuration is in force, and is started again when it ends. Everything happens on the thread.</summary>
internal sealed class FifoScript(WorkThread thread, INotifySink sink)
{
    private const long Second = 1_000_000_000;
    private const long LongestPause = 60 * Second;

    private FifoPlan? plan;
    private ScriptRun? run;
    private long started;
    private long pause = Second;
    private Action? stopped;
    private bool isStopping;
    private int turn;

    /// <summary>Whether it runs, or is being started; null: there is none.</summary>
    public bool? Runs => plan?.Script is null ? null : run is not null;

    /// <summary>How often it has ended while it should have gone on.</summary>
    public long Ends { get; private set; }

    /// <summary>How it ended last; null: it has not.</summary>
    public string? LastResult { get; private set; }

    /// <summary>Told when it ends, before anything is done about it.</summary>
    public Action? Ended { get; set; }

    /// <summary>A configuration is in force: its script runs from now on, and no other.</summary>
    public void Configure(FifoPlan wanted)
    {
        FifoPlan? former = plan;
        plan = wanted;
        if (former is not null && wanted.HasScriptOf(former)) return;
        pause = Second;
        turn++;
        if (run is { } running)
        {
            running.End();
            running.WhenGone(() => Gone(running), waitForStart: false);
        }
        else
        {
            Start();
        }
    }

    /// <summary>It has this long to end by itself, and is ended then.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="done">What is done when it is gone.</param>
    public void Stop(TimeSpan patience, Action done)
    {
        isStopping = true;
        if (run is not { } running)
        {
            done();
            return;
        }

        stopped = done;
        thread.At(MonotonicClock.Now + (patience.Ticks * TimeSpan.NanosecondsPerTick), () =>
        {
            if (run != running) return;
            running.End();
            running.WhenGone(() => Gone(running), waitForStart: false);
        });
    }

    private void Start()
    {
        if (isStopping || plan?.Script is not { } command) return;
        started = MonotonicClock.Now;
        ScriptRun? mine = null;
        mine = run = ScriptRun.Begin(
            thread, command, [plan.Path], null, outcome => Over(mine!, outcome),
            why => sink.OnNotifyWarning(plan.Path, $"{command.What} cannot be ended: {why}"));
    }

    private void Over(ScriptRun one, in ScriptOutcome outcome)
    {
        if (one != run) return;
        ScriptCommand command = plan!.Script!;
        LastResult = outcome.Result;
        run = null;
        Ended?.Invoke();
        if (isStopping)
        {
            Finish();
            return;
        }

        Ends++;
        long now = MonotonicClock.Now;
        if (now - started > LongestPause) pause = Second;
        string said = outcome.Said is { } line ? $"; it said: {line}" : "", remark = command.DefaultUserRemark is { } why ? $"; {why}" : "";
        sink.OnNotifyWarning(plan.Path, $"{command.What} has ended ({outcome.Result}{said}{remark}) and is started again in {pause / Second} s");
        int mine = turn;
        thread.At(now + pause, () =>
        {
            if (mine == turn && run is null) Start();
        });
        pause = Math.Min(2 * pause, LongestPause);
    }

    // It was told to end: what it was to read is another's now.
    private void Gone(ScriptRun one)
    {
        if (one != run) return;
        run = null;
        if (isStopping) Finish();
        else Start();
    }

    private void Finish()
    {
        Action? done = stopped;
        stopped = null;
        done?.Invoke();
    }
}
