namespace HaTools.Configuration;

/// <summary>Differences of one script tracker.</summary>
internal static class ScriptDiff
{
    public static void Compare(PropertyDiff script, ScriptTracker before, ScriptTracker after)
    {
        script.Compare(nameof(ScriptTracker.Command), before.Command, after.Command);
        script.Compare(nameof(ScriptTracker.Interval), before.Interval, after.Interval);
        script.Compare(nameof(ScriptTracker.Timeout), before.Timeout, after.Timeout);
        script.Compare(nameof(ScriptTracker.Weight), before.Weight, after.Weight);
        script.Compare(nameof(ScriptTracker.Reverse), before.Reverse, after.Reverse);
        script.Compare(nameof(ScriptTracker.Rise), before.Rise, after.Rise);
        script.Compare(nameof(ScriptTracker.Fall), before.Fall, after.Fall);
        script.Compare(nameof(ScriptTracker.User), before.User, after.User);
        script.Compare(nameof(ScriptTracker.InitFail), before.InitFail, after.InitFail);
        if (before.Recover is { } old && after.Recover is { } now)
        {
            script.Compare("Recover.Command", old.Command, now.Command);
            script.Compare("Recover.Timeout", old.Timeout, now.Timeout);
            script.Compare("Recover.Delay", old.Delay, now.Delay);
        }
        else script.Compare(nameof(ScriptTracker.Recover), before.Recover?.Command, after.Recover?.Command);
    }
}
