using System.Management.Automation;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes the set of commands that tell of changes of state: for -Notify of an instance or a sync group.</summary>
[Cmdlet(VerbsCommon.New, "VrrpNotify")]
[OutputType(typeof(NotifyScripts))]
public sealed class NewVrrpNotifyCommand : HaCmdlet
{
    /// <summary>On becoming master (keepalived: <c>notify_master</c>): a command line, or a hashtable of Command and User.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? Master { get; set; }

    /// <summary>On becoming backup (keepalived: <c>notify_backup</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? Backup { get; set; }

    /// <summary>On FAULT (keepalived: <c>notify_fault</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? Fault { get; set; }

    /// <summary>At the node's stop (keepalived: <c>notify_stop</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? Stop { get; set; }

    /// <summary>When a reload takes the object away (keepalived: <c>notify_deleted</c>); instances only.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? Deleted { get; set; }

    /// <summary>
    /// Whether -Any is told DELETED when a reload takes the instance away; else FAULT, as keepalived does without <c>notify_deleted</c>.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter SaysDeleted { get; set; }

    /// <summary>
    /// After the one for the state, with four more arguments (keepalived: <c>notify</c>): GROUP or INSTANCE, the name, the state (MASTER,
    /// BACKUP, FAULT, STOP, DELETED), the priority (0 for a group).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? Any { get; set; }

    /// <summary>As master, on an advert of lower priority (keepalived: <c>notify_master_rx_lower_pri</c>); instances only.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NotifyScript))]
    public NotifyScript? MasterReceivedLowerPriority { get; set; }

    /// <summary>The user (and after a colon the group) of those commands here that name none.</summary>
    [Parameter]
    public string? User { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        var notifyScripts = new NotifyScripts
        {
            Master = Master,
            Backup = Backup,
            Fault = Fault,
            Stop = Stop,
            Deleted = Deleted,
            SaysDeleted = SaysDeleted,
            Any = Any,
            MasterReceivedLowerPriority = MasterReceivedLowerPriority,
        };
        if (User is not null) notifyScripts = WithUser(notifyScripts, User);
        WriteObject(notifyScripts);
    });

    private static NotifyScripts WithUser(NotifyScripts scripts, string user)
    {
        return scripts with
        {
            Master = Of(scripts.Master),
            Backup = Of(scripts.Backup),
            Fault = Of(scripts.Fault),
            Stop = Of(scripts.Stop),
            Deleted = Of(scripts.Deleted),
            Any = Of(scripts.Any),
            MasterReceivedLowerPriority = Of(scripts.MasterReceivedLowerPriority),
        };

        NotifyScript? Of(NotifyScript? script) => script is { User: null } ? script with { User = user } : script;
    }
}
