using System.Management.Automation;
using HaTools.Module.Completers;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a sync group: instances that change state together, all master or none.</summary>
[Cmdlet(VerbsCommon.New, "VrrpSyncGroup")]
[OutputType(typeof(VrrpSyncGroup))]
public sealed class NewVrrpSyncGroupCommand : HaCmdlet
{
    private static readonly VrrpSyncGroup Usual = new() { Name = "", Members = [] };

    /// <summary>The name, unique among groups.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The instances' names; an instance belongs to one group at most.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(string), Many = true)]
    [Alias("Members")]
    [ValidateNotNullOrEmpty]
    public string[] Member { get; set; } = [];

    /// <summary>
    /// Interfaces that it follows (keepalived: <c>track_interface</c>): names, or <c>NAME weight N [reverse]</c>; one that does not exist
    /// counts as down.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(Tracked), Many = true, Line = "track_interface")]
    [ArgumentCompleter(typeof(InterfaceNameCompleter))]
    [Alias("TrackInterfaces")]
    public Tracked[] TrackInterface { get; set; } = [];

    /// <summary>
    /// Scripts that it follows (keepalived: <c>track_script</c>): names, <c>NAME weight N [reverse|noreverse]</c>, or what New-HaTracker
    /// made.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(Tracked), Many = true, Line = "track_script")]
    [Alias("TrackScripts")]
    public Tracked[] TrackScript { get; set; } = [];

    /// <summary>
    /// Files whose number it follows (keepalived: <c>track_file</c>): names, <c>NAME weight N [reverse|noreverse]</c>, or what New-
    /// HaTracker made.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(Tracked), Many = true, Line = "track_file")]
    [Alias("TrackFiles")]
    public Tracked[] TrackFile { get; set; } = [];

    /// <summary>
    /// Processes that it follows (keepalived: <c>track_process</c>): names, <c>NAME weight N [reverse|noreverse]</c>, or what New-
    /// HaTracker made.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(Tracked), Many = true, Line = "track_process")]
    [Alias("TrackProcesses")]
    public Tracked[] TrackProcess { get; set; } = [];

    /// <summary>
    /// BFD sessions that it follows (keepalived: <c>track_bfd</c>): names, <c>NAME weight N [reverse|noreverse]</c>, or what New-
    /// HaTracker made.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(Tracked), Many = true, Line = "track_bfd")]
    public Tracked[] TrackBfd { get; set; } = [];

    /// <summary>
    /// Whether the members keep weights of their own trackers (keepalived: <c>sync_group_tracking_weight</c>); else those count as 0
    /// weight only where they are 0, and are ignored otherwise.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter TrackingWeight { get; set; }

    /// <summary>
    /// Commands for changes of state: what New-VrrpNotify made, or one command for all of them (keepalived: <c>notify</c>).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NotifyScripts))]
    public NotifyScripts? Notify { get; set; }

    /// <summary>
    /// Whether FIFOs are told of changes of the members' effective priorities, where they do not say themselves (keepalived: <c>notify_priority_changes</c>); without it: as the
    /// configuration has it.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool? NotifyPriorityChanges { get; set; }

    /// <summary>Whether there are mails of its changes of state (keepalived: <c>smtp_alert</c>); without it: as -SmtpAlerts of the configuration has it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool? SmtpAlert { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        // Whether its members and trackers exist is a question to the configuration that it will be part of.
        WriteObject(new VrrpSyncGroup
        {
            Name = Name,
            Members = [.. Member],
            TrackInterfaces = [.. TrackInterface],
            TrackScripts = [.. TrackScript],
            TrackFiles = [.. TrackFile],
            TrackProcesses = [.. TrackProcess],
            TrackBfd = [.. TrackBfd],
            TrackingWeight = TrackingWeight,
            Notify = Notify ?? Usual.Notify,
            NotifyPriorityChanges = NotifyPriorityChanges,
            SmtpAlert = SmtpAlert,
        });
}
