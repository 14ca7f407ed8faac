using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Notify.Fifos;

/// <summary>The FIFOs of a node. Everything happens on the thread but <see cref="OpenAsync"/>.</summary>
/// <param name="thread">The thread.</param>
/// <param name="sink">Hears what there is to say of them.</param>
/// <param name="present">What everything is, as far as it was heard of.</param>
internal sealed class NotifyFifos(WorkThread thread, INotifySink sink, Func<IEnumerable<(NotifyObject Object, NotifyNews News)>> present)
{
    private readonly Dictionary<string, FifoTeller> byPath = [];

    /// <summary>Those that are being closed: until then nobody makes another in the place.</summary>
    private readonly List<FifoTeller> closing = [];

    public IReadOnlyList<HaNotifyFifoState> States => [.. byPath.Values.Select(f => f.State)];

    /// <summary>Makes the files that are new, and gives the others the owner that is wanted; from any thread.</summary>
    /// <exception cref="HaEngineException">One cannot be made, or is not ours to use.</exception>
    public async Task<IReadOnlyDictionary<string, NamedPipe>> OpenAsync(IReadOnlyList<FifoPlan> wanted)
    {
        Dictionary<string, NamedPipe> opened = [];
        foreach (FifoPlan plan in wanted)
        {
            (FifoTeller? there, Task gone) = await thread.RunAsync(() => Find(plan.Path)).ConfigureAwait(false);
            await gone.ConfigureAwait(false);
            string what = $"{plan.Keyword} {plan.Path}";
            try
            {
                if (there is null) opened.Add(plan.Path, await FilePatience.ReadAsync(what, () => NamedPipe.Make(plan.Path, plan.Owner.UserId, plan.Owner.GroupId)).ConfigureAwait(false));
                else if (there.Owner != plan.Owner) _ = await FilePatience.ReadAsync(what, () => Give(there, plan)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or HaEngineException)
            {
                foreach (NamedPipe pipe in opened.Values)
                {
                    pipe.Remove();
                    pipe.Dispose();
                }

                throw e is HaEngineException ? e : new HaEngineException($"{what}: {e.Message}", e);
            }
        }

        return opened;
    }

    /// <summary>Takes those of a configuration in, and begins to tell those that are new.</summary>
    /// <param name="wanted">All.</param>
    /// <param name="opened">The files of those that are new.</param>
    public void Prepare(IReadOnlyList<FifoPlan> wanted, IReadOnlyDictionary<string, NamedPipe> opened)
    {
        foreach (FifoTeller one in byPath.Values) one.Next = null;
        foreach (FifoPlan plan in wanted)
        {
            if (byPath.TryGetValue(plan.Path, out FifoTeller? there)) there.Next = plan;
            else byPath.Add(plan.Path, new FifoTeller(thread, sink, opened[plan.Path], plan, Present));
        }

        foreach (FifoTeller failed in byPath.Values.Where(f => f.Next is null && !f.IsInForce).ToArray()) Close(failed);
    }

    /// <summary>The configuration that was taken in is in force.</summary>
    /// <param name="again">What is told those once more that were there before.</param>
    public void Force(IEnumerable<(NotifyObject Object, NotifyNews News)> again)
    {
        FifoTeller[] stay = [.. byPath.Values.Where(f => f.IsInForce)];
        foreach (FifoTeller one in byPath.Values.ToArray())
        {
            if (one.Next is null) Close(one);
            else one.Force();
        }

        foreach ((NotifyObject told, NotifyNews news) in again) Tell(stay.Where(f => f.Next is not null), told, news);
    }

    /// <summary>Whether one of the configuration that was taken in is told of an object.</summary>
    public bool Want(NotifyKey key) => byPath.Values.Any(f => f.Next?.Covers(key) == true);

    /// <summary>Tells something to all that are to hear of the object.</summary>
    public void Tell(NotifyObject told, in NotifyNews news)
    {
        if (byPath.Count > 0) Tell(byPath.Values, told, news);
    }

    /// <summary>The node stops. Ends when nothing is left of them.</summary>
    public Task StopAsync()
    {
        foreach (FifoTeller one in byPath.Values.ToArray()) Close(one);
        return Task.WhenAll(closing.Select(f => f.Ending));
    }

    private static void Tell(IEnumerable<FifoTeller> fifos, NotifyObject told, in NotifyNews news)
    {
        string? line = null;
        foreach (FifoTeller one in fifos)
        {
            if (one.Plan.Covers(told.Key)) one.Tell(line ??= told.Line(news));
        }
    }

    private static bool Give(FifoTeller one, FifoPlan plan)
    {
        one.GiveTo(plan);
        return true;
    }

    private IEnumerable<string> Present(FifoPlan plan) => present().Where(o => plan.Covers(o.Object.Key)).Select(o => o.Object.Line(o.News));

    private (FifoTeller? There, Task Gone) Find(string path)
    {
        _ = closing.RemoveAll(f => f.Ending.IsCompleted);
        return (byPath.GetValueOrDefault(path), Task.WhenAll(closing.Where(f => f.Plan.Path == path).Select(f => f.Ending)));
    }

    private void Close(FifoTeller one)
    {
        _ = byPath.Remove(one.Plan.Path);
        closing.Add(one);
        one.Close();
    }
}
