using System.Management.Automation;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Drains real servers: they get no new clients, and their connections are given time to end.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "IpvsRealServer", SupportsShouldProcess = true)]
[OutputType(typeof(IpvsRealServerState))]
public sealed class SuspendIpvsRealServerCommand : RealServerCmdlet
{
    /// <summary>The longest time that the drain takes, up to 31 days; without it, as long as connections last.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Takes the servers out of the service at the end, until they are resumed.</summary>
    [Parameter]
    public SwitchParameter Remove { get; set; }

    /// <summary>Writes the servers, for Wait-IpvsRealServer.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachServer((node, service, server) =>
    {
        if (!ShouldProcess($"real server {server} of {service}, node '{node}'", "Give it weight 0, and its connections time to end")) return;
        foreach (string sentence in Ask(node, c => c.DrainAsync(service, server, Timeout, Remove, StopToken))) WriteVerbose(sentence);
        if (PassThru) WriteServer(node, service, server);
    });
}
