using System.Management.Automation;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a group of addresses and firewall marks that a service serves alike: Add-IpvsService -Group.</summary>
[Cmdlet(VerbsCommon.New, "IpvsServiceGroup")]
[OutputType(typeof(VirtualServerGroup))]
public sealed class NewIpvsServiceGroupCommand : HaCmdlet
{
    /// <summary>The name, unique among groups of services.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>
    /// What is served, in the words of keepalived's <c>virtual_server_group</c>: '192.0.2.1 80', '192.0.2.1-9 80', '192.0.2.0/28 80', 'fwmark 7 inet6'; or hashtables of Address, LastAddress, Port,
    /// FirewallMark, Family.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(VirtualServerGroupMember), Many = true)]
    [Alias("Members")]
    [ValidateNotNullOrEmpty]
    public VirtualServerGroupMember[] Member { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        // What it is together with a service is a question to the configuration that it will be part of.
        WriteObject(new VirtualServerGroup { Name = Name, Members = [.. Member] });
}
