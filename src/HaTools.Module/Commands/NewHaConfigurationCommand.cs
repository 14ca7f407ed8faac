using System.Management.Automation;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Joins instances, groups, trackers, services, and what the host shall have, into a configuration for Start-HaNode and Update-HaNode.</summary>
[Cmdlet(VerbsCommon.New, "HaConfiguration")]
[OutputType(typeof(HaConfiguration))]
public sealed partial class NewHaConfigurationCommand : HaCmdlet
{
    private readonly List<object> piped = [];

    /// <summary>
    /// VRRP instances, sync groups, trackers, IPVS services and groups of them, in any order; addresses, routes and rules are the static ones.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Trackers of every kind, as New-HaTracker made them.</summary>
    [Parameter]
    [ModelValue(typeof(PSObject), Many = true)]
    public PSObject[] Tracker { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (PSObject item in InputObject)
        {
            if (item.BaseObject is HaTools.VrrpInstance or VrrpSyncGroup or ScriptTracker or FileTracker or ProcessTracker or BfdSession or HaTools.VirtualServer or HaTools.VirtualServerGroup
                or VirtualAddress or RouteEntry or RuleEntry)
                piped.Add(item.BaseObject);
            else
                WriteHaError(NotPart(item, "Give what New-VrrpInstance, New-VrrpSyncGroup, New-HaTracker, New-IpvsServiceGroup and Add-IpvsService write."));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Terminating(() =>
    {
        if (Tracker.FirstOrDefault(t => t.BaseObject is not (ScriptTracker or FileTracker or ProcessTracker or BfdSession)) is { } other)
            throw new HaErrorException(NotPart(other, "Give what New-HaTracker writes; an interface is tracked by its name, with -TrackInterface of an instance."));
        HaConfiguration configuration = Make();
        WriteWarnings(ConfigurationSource.Validate(configuration));
        WriteObject(configuration);
    });

    private IEnumerable<T> Trackers<T>() => Tracker.Select(t => t.BaseObject).OfType<T>().Concat(Piped<T>());

    private IEnumerable<T> Piped<T>() => piped.OfType<T>();

    private static HaError NotPart(PSObject item, string advice) => new("NotPartOfConfiguration", ErrorCategory.InvalidType,
        $"A {item.BaseObject.GetType().Name} is not part of a configuration.", advice, item);
}
