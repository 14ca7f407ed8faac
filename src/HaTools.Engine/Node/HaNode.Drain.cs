using HaTools.Engine.Control;

namespace HaTools.Engine;

// Servers that somebody wants to get no new clients.
internal sealed partial class HaNode
{
    Task<IReadOnlyList<string>> IControlledNode.DrainAsync(string service, string server, TimeSpan? limit, bool remove) =>
        WhileReadyAsync(() => kernel.RunAsync(() => drainer.Drain(service, server, limit, remove)));

    Task IControlledNode.RestoreAsync(string service, string server) => WhileReadyAsync(() => kernel.RunAsync(() =>
    {
        drainer.Restore(service, server);
        return true;
    }));
}
