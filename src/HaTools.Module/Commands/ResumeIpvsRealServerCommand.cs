using System.Management.Automation;

namespace HaTools.Module.Commands;

/// <summary>Gives real servers that are drained their weight again.</summary>
[Cmdlet(VerbsLifecycle.Resume, "IpvsRealServer", SupportsShouldProcess = true)]
[OutputType(typeof(IpvsRealServerState))]
public sealed class ResumeIpvsRealServerCommand : RealServerCmdlet
{
    /// <summary>Writes the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    internal override bool IsMeant(IpvsRealServerState server) => server.Drain is not null;

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachServer((node, service, server) =>
    {
        if (!ShouldProcess($"real server {server} of {service}, node '{node}'", "Give it its weight again")) return;
        _ = Ask(node, async c =>
        {
            await c.RestoreAsync(service, server, StopToken).ConfigureAwait(false);
            return true;
        });
        if (PassThru) WriteServer(node, service, server);
    });
}
