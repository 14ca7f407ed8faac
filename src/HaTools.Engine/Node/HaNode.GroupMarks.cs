using HaTools.Configuration;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine;

// Groups whose addresses are one service by a mark of the node's own: the services come before packets are marked, and go after it.
internal sealed partial class HaNode
{
    private volatile GroupMarkKeeper? groupMarks;

    /// <summary>A configuration with the marks that its groups have.</summary>
    private HaConfiguration Marked(HaConfiguration wanted) => groupMarks is { } keeper ? GroupMarks.Mark(wanted, keeper.Marks) : wanted;

    /// <summary>Gives groups their marks, before anything is changed.</summary>
    private async Task AssignGroupMarksAsync(HaConfiguration wanted)
    {
        if (groupMarks is null)
        {
            string file = Path.Combine(options.RunDirectory, Name + ".marks.json");
            if (!GroupMarkKeeper.IsNeeded(wanted, file)) return;
            groupMarks = await kernel.RunAsync(() => GroupMarkKeeper.Open(Name, file, message => events.Add("Warning", Name, message))).ConfigureAwait(false);
            Watch(groupMarks.Completion);
        }

        IReadOnlySet<uint> named = GroupMarks.Named(wanted);
        bool hasNew = GroupMarks.Marked(wanted).Any(m => !groupMarks.Marks.TryGetValue(GroupMarks.KeyOf(m.Server), out uint mark) || named.Contains(mark));
        IReadOnlySet<uint> taken = hasNew ? await services.GetMarksOfOthersAsync().ConfigureAwait(false) : new HashSet<uint>();
        await groupMarks.AssignAsync(wanted, taken).ConfigureAwait(false);
    }
}
