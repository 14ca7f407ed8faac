using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Checks;

/// <summary>Hears results that mean something. Called on the checks' thread: queue it.</summary>
internal interface ICheckSink
{
    /// <param name="check">The check.</param>
    /// <param name="verdict">Succeeded or Failed.</param>
    /// <param name="reason">Why it failed, in words; null for success.</param>
    void OnCheck(CheckTarget check, CheckVerdict verdict, string? reason);

    /// <summary>A check says what its server weighs, before it says that it is up; only of those that change weights, and only news.</summary>
    /// <param name="key">The check.</param>
    /// <param name="weight">What it says; null: the weight is as configured.</param>
    void OnWeight(CheckKey key, CheckWeight? weight);

    /// <summary>A try of a server that is up has failed; only of checks that ask for it.</summary>
    /// <param name="key">The check.</param>
    /// <param name="reason">Why, in words.</param>
    void OnFailure(CheckKey key, string reason);

    /// <summary>A check that is good has something to say that a person should know, once; or it is no longer so.</summary>
    /// <param name="key">The check.</param>
    /// <param name="warning">What, in words; null: nothing any more.</param>
    void OnWarning(CheckKey key, string? warning);

    /// <summary>This host lacks what a check needs, so that nothing is known of its server; told once until that check goes again, and of what lacks to all of them once a minute at most.</summary>
    /// <param name="message">What it lacks and what to do.</param>
    void OnTrouble(string message);
}
