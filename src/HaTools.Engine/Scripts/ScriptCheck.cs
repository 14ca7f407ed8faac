using HaTools.Engine.Notify;
using HaTools.Engine.Trackers;

namespace HaTools.Engine.Scripts;

/// <summary>What this host makes of a configuration's scripts, trackers' and notifications'.</summary>
/// <param name="Refusals">Why it cannot run here, one sentence for each script: no such user, a program that others than root could change.</param>
/// <param name="Concerns">What a person should know although it can.</param>
internal sealed record ScriptCheck(IReadOnlyList<string> Refusals, IReadOnlyList<string> Concerns)
{
    public static ScriptCheck Of(HaConfiguration configuration)
    {
        var policy = ScriptPolicy.Of(configuration);
        List<string> refusals = [], concerns = [];
        foreach (ScriptTracker script in configuration.Scripts) Look(() => TrackerRunner.Validate([script], policy));
        HaConfiguration bare = configuration with { VrrpInstances = [], SyncGroups = [] };
        foreach (VrrpInstance instance in configuration.VrrpInstances) Look(() => NotifyRunner.Validate(bare with { VrrpInstances = [instance] }));
        foreach (VrrpSyncGroup group in configuration.SyncGroups) Look(() => NotifyRunner.Validate(bare with { SyncGroups = [group] }));
        return new ScriptCheck(refusals, concerns);

        void Look(Func<IReadOnlyList<string>> validate)
        {
            try
            {
                concerns.AddRange(validate());
            }
            catch (HaEngineException e)
            {
                refusals.Add(e.Message);
            }
        }
    }
}
