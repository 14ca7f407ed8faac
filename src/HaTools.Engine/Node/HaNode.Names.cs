using System.Net.Sockets;
using HaTools.Engine.Checks.Tls;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Names;
using HaTools.Engine.Topology;
using HaTools.Linux;

namespace HaTools.Engine;

// Real servers by name: what is configured names them, what is served has their addresses.
internal sealed partial class HaNode : INameSink
{
    private const long NamesRetry = 5_000_000_000;

    private volatile NameKeeper? names;
    private volatile IReadOnlySet<ServiceKey> unanswered = new HashSet<ServiceKey>();
    private int followsNames;

    /// <summary>Why what names have is not served, as it was told; null: it is. Under <see cref="changing"/>.</summary>
    private string? namesTrouble;

    void INameSink.OnName(string kind, string? subject, string message, string? state) => events.Add(kind, subject ?? Name, message, state);

    void INameSink.OnAnswers() => FollowNamesSoon();

    /// <summary>What is served of a configuration, with the real servers that its names have now; and the services of which that is not known yet.</summary>
    private (HaConfiguration Served, IReadOnlySet<ServiceKey> Unanswered) Serve(HaConfiguration wanted)
    {
        wanted = Marked(wanted);
        if (names is not { } keeper) return (NamedServers.Expand(wanted, NameKeeper.NoAnswers), new HashSet<ServiceKey>());

        // Asked first: what is known by then is among the answers.
        IReadOnlySet<NameQuestion> known = keeper.Known;
        return (NamedServers.Expand(wanted, keeper.Answers), NamedServers.Unanswered(wanted, known.Contains).Select(ServiceKey.Of).ToHashSet());
    }

    private async Task CarryOutNamesAsync(HaConfiguration wanted)
    {
        if (names is null)
        {
            if (!NamedServers.AreIn(wanted)) return;

            // On our thread, since that has the namespace.
            names = await kernel.RunAsync(() => new NameKeeper(this, Path.Combine(options.RunDirectory, options.Name + ".names.json"))).ConfigureAwait(false);
            Watch(names.Completion);
        }

        await names.ConfigureAsync(wanted).ConfigureAwait(false);
    }

    private void FollowNamesSoon()
    {
        if (Interlocked.Exchange(ref followsNames, 1) != 0) return;
        Task following = Task.Run(FollowNamesAsync);
        _ = following.ContinueWith(Watch, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Brings what is served to what names have now, in the way of a reload, and nothing else.</summary>
    private async Task FollowNamesAsync()
    {
        await changing.WaitAsync().ConfigureAwait(false);
        try
        {
            _ = Interlocked.Exchange(ref followsNames, 0);
            if (withdrawn || !ready) return;
            (HaConfiguration served, IReadOnlySet<ServiceKey> without) = Serve(configuration);
            HostTopology place = await AnalyzeAsync(served).ConfigureAwait(false);
            if (place.Gates.Count == topology.Gates.Count && place.Gates.All(g => topology.Gates.GetValueOrDefault(g.Key) == g.Value))
            {
                await notify.PrepareAsync(served with { Webhooks = secrets.Webhooks }, scripts).ConfigureAwait(false);
                await services.ConfigureAsync(served.VirtualServers, place.Gates, held.ContainsKey, groups: served.VirtualServerGroups).ConfigureAwait(false);
                await readiness.ConfigureAsync(served).ConfigureAwait(false);

                // Not before it is waited for the checks of the servers that have come.
                unanswered = without;
                await CarryOutChecksAsync(served, TlsFiles.CredentialsOf(secrets), scripts).ConfigureAwait(false);
                await services.SetCheckedAsync().ConfigureAwait(false);
                await readiness.SetInForceAsync().ConfigureAwait(false);
                await TellOfConfigurationAsync(served).ConfigureAwait(false);
            }
            else
            {
                // This host is among the servers, or is not any more.
                foreach (string note in place.Notes.Except(topology.Notes)) events.Add("Log", Name, note);
                await CarryOutAsync(configuration, secrets, place, scripts).ConfigureAwait(false);
            }

            topology = place;
            if (namesTrouble is not null) events.Add("Log", Name, "What names have now is served");
            namesTrouble = null;
        }
        catch (ObjectDisposedException) when (withdrawn)
        {
            // There is nothing to serve any more.
        }
        catch (Exception e) when (e is HaEngineException or IOException or UnauthorizedAccessException or SocketException)
        {
            // It may last for as long as the answer does: one that is tried again and again is told once.
            if (namesTrouble != e.Message) events.Add("Warning", Name, $"What names have now cannot be served, and is tried again: {e.Message}");
            namesTrouble = e.Message;
            engine.Post(() => engine.At(MonotonicClock.Now + NamesRetry, FollowNamesSoon));
        }
        finally
        {
            _ = changing.Release();
        }
    }
}
