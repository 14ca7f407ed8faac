using System.Diagnostics;
using System.Management.Automation;
using HaTools.Module.Errors;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Waits until real servers are drained, and shows how far they are.</summary>
[Cmdlet(VerbsLifecycle.Wait, "IpvsRealServer")]
[OutputType(typeof(IpvsRealServerState))]
public sealed class WaitIpvsRealServerCommand : RealServerCmdlet
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to wait for each server.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachServer((node, service, server) =>
    {
        long began = Stopwatch.GetTimestamp();
        IpvsRealServerState state = Look(node, service, server) ?? throw new HaErrorException(HaErrors.RealServerNotFound(server, service));
        for (IpvsRealServerState? now = state; now is not null; now = Look(node, service, state.Id))
        {
            state = now;
            if (state.Drain is not { Phase: IpvsDrainPhase.Draining } drain) break;
            string left = $"{state.ActiveConnections} active, {state.InactiveConnections} inactive connections, {drain.PersistentClients} persistent clients";
            if (Stopwatch.GetElapsedTime(began) > Timeout)
                throw new HaErrorException(HaErrors.OperationTimeout($"After {Timeout.TotalSeconds:0.###} s {state.Id} of {service} still has {left}.", node));
            WriteProgress(new ProgressRecord(1, $"Draining {state.Id} of {service}", left) { SecondsRemaining = drain.EndsIn is { } seconds ? (int)seconds : -1 });
            Await(Task.Delay(Pause, StopToken), node);
        }

        WriteProgress(new ProgressRecord(1, $"Draining {state.Id} of {service}", "done") { RecordType = ProgressRecordType.Completed });
        if (state.Drain?.Phase == IpvsDrainPhase.Expired) throw new HaErrorException(HaErrors.RealServerNotDrained(state.Id, service, state.ActiveConnections));
        WriteServer(node, service, state);
    });
}
