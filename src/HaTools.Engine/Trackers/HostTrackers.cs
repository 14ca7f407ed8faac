using HaTools.Engine.Threading;
using HaTools.Netlink.Route;
using HaTools.Vrrp;

namespace HaTools.Engine.Trackers;

/// <summary>
/// The trackers that the kernel tells of: interfaces, files and processes, on a thread of their own in the network namespace of the thread that
/// makes this.
/// </summary>
internal sealed class HostTrackers : IDisposable
{
    private readonly WorkThread thread = new("hatools-trackers");
    private readonly InterfaceWatch interfaces;
    private readonly FileWatch files;
    private readonly ProcessWatch processes;

    public HostTrackers(ITrackerSink sink)
    {
        interfaces = new InterfaceWatch(thread, sink, RouteClient.Open);
        files = new FileWatch(thread, sink);
        processes = new ProcessWatch(thread, sink);
    }

    /// <summary>Ends when the thread ends; faulted when it could not go on.</summary>
    public Task Completion => thread.Completion;

    /// <summary>Whether a configuration needs any of them.</summary>
    public static bool AreNeededFor(HaConfiguration configuration) =>
        configuration.Files.Count > 0 || configuration.Processes.Count > 0 || Interfaces(configuration).Count > 0;

    /// <summary>
    /// Goes over to another configuration, and tells all readings, but for files that do not answer (see <see cref="FileWatch.Configure"/>). Those that did not change
    /// keep what they know.
    /// </summary>
    /// <exception cref="IOException">The kernel refused something (no inotify instance left …).</exception>
    public Task ConfigureAsync(HaConfiguration configuration) => thread.RunAsync(() =>
    {
        interfaces.Configure(Interfaces(configuration), configuration.InterfaceDelays);
        processes.Configure(configuration.Processes);
        return files.Configure(configuration.Files);
    });

    /// <summary>The states, in the configuration's order.</summary>
    public Task<IReadOnlyList<HaTrackerState>> GetStatesAsync() =>
        thread.RunAsync<IReadOnlyList<HaTrackerState>>(() => [.. interfaces.States(), .. files.States(), .. processes.States()]);

    /// <summary>What they found themselves unable to do, one sentence each.</summary>
    public Task<IReadOnlyList<string>> GetNotesAsync() =>
        thread.RunAsync<IReadOnlyList<string>>(() => processes.Note is { } note ? [note] : []);

    public void Dispose()
    {
        thread.Post(() =>
        {
            interfaces.Dispose();
            files.Dispose();
            processes.Dispose();
        });
        thread.Dispose();
    }

    private static List<string> Interfaces(HaConfiguration configuration) =>
        [.. VrrpRouter.TrackersOf(configuration).Where(k => k.Kind == TrackerKind.Interface).Select(k => k.Name)];
}
