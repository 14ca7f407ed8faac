using HaTools.Engine.RealServerHost;

namespace HaTools.Engine;

// This host as a real server of others' services.
internal sealed partial class HaNode : IRealServerSink
{
    private readonly RealServerKeeper realServer;
    private bool watchesRealServer;

    void IRealServerSink.OnRealServer(string kind, string message) => events.Add(kind, RealServerSetup.Purpose, message);

    private async Task CarryOutRealServerAsync(RealServerPlan wanted)
    {
        // On our thread, since that has the namespace.
        await kernel.RunAsync(() => realServer.ApplyAsync(wanted)).ConfigureAwait(false);
        if (watchesRealServer || realServer.Completion is not { } running) return;
        watchesRealServer = true;
        Watch(running);
    }
}
