using System.Management.Automation;
using HaTools.Engine.Control;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;

namespace HaTools.Module.Commands;

/// <summary>What the cmdlets share that are about real servers of a running node.</summary>
public abstract class RealServerCmdlet : HaCmdlet
{
    private bool areServersNamed;

    /// <summary>The real servers as 192.0.2.21:80, or their addresses where that is clear. With a service from the pipeline: all of its own.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Id", "Address")]
    public string[] RealServer { get; set; } = [];

    /// <summary>The service as 192.0.2.1:80 or udp 192.0.2.1:53. Where the node has one service only, that.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ServiceIdCompleter))]
    public string? Service { get; set; }

    /// <summary>A service of the node's status: (Get-HaNode).Services.</summary>
    [Parameter(ValueFromPipeline = true)]
    public IpvsServiceState? InputObject { get; set; }

    /// <summary>The node.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <summary>From the pipeline a service binds its own Id as -RealServer: only what the command line says names servers then.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        areServersNamed = MyInvocation.BoundParameters.ContainsKey(nameof(RealServer));
    }

    /// <summary>Whether a server is meant where its service is, and no server by name.</summary>
    internal virtual bool IsMeant(IpvsRealServerState server) => true;

    /// <summary>Does something with each server; an error with one keeps nothing from the others.</summary>
    internal void ForEachServer(Action<string, string, string> act) => Reporting(() =>
    {
        string node = NodeDirectory.Resolve(Node);
        string service = InputObject?.Id ?? ServiceOf(node);
        IEnumerable<string> servers = InputObject is null || areServersNamed ? RealServer : InputObject.RealServers.Where(IsMeant).Select(s => s.Id);
        foreach (string server in servers) Reporting(() => act(node, service, server));
    });

    /// <summary>A server as its node sees it now; null: it has it no more.</summary>
    internal IpvsRealServerState? Look(string node, string service, string server)
    {
        IpvsServiceState found = Services(node).FirstOrDefault(s => s.Id == service)
            ?? throw new HaErrorException(HaErrors.ServiceNotFound(service, Services(node).Select(s => s.Id)));
        return SpokenNames.RealServers(found.RealServers, r => r.Id, server).FirstOrDefault();
    }

    /// <summary>Writes a server, with what the next command of the pipeline needs to find it.</summary>
    internal void WriteServer(string node, string service, string server)
    {
        if (Look(node, service, server) is { } state) WriteServer(node, service, state);
    }

    internal void WriteServer(string node, string service, IpvsRealServerState state)
    {
        PSObject marked = OfNode.Mark(state, node);
        marked.Properties.Add(new PSNoteProperty("Service", service));
        WriteObject(marked);
    }

    /// <summary>One question to the node.</summary>
    internal T Ask<T>(string node, Func<NodeClient, Task<T>> question) => Await(NodeDirectory.AskAsync(node, question, StopToken), node);

    private IReadOnlyList<IpvsServiceState> Services(string node) => Ask(node, c => c.GetStatusAsync(StopToken)).Services;

    private string ServiceOf(string node)
    {
        if (Service is not null) return SpokenNames.Service(Service);
        IReadOnlyList<IpvsServiceState> all = Services(node);
        return all.Count == 1 ? all[0].Id : throw new HaErrorException(HaErrors.ServiceNotFound(null, all.Select(s => s.Id)));
    }
}
