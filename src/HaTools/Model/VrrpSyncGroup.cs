namespace HaTools;

/// <summary>Instances that change state together (keepalived: <c>vrrp_sync_group</c>): all master, or none.</summary>
public sealed record VrrpSyncGroup
{
    /// <summary>The name, unique among groups.</summary>
    public required string Name { get; init; }

    /// <summary>The instances' names; an instance belongs to one group at most.</summary>
    public required ValueList<string> Members { get; init; }

    /// <summary>Interfaces that every member follows (keepalived: <c>track_interface</c>); one that does not exist counts as down.</summary>
    public ValueList<Tracked> TrackInterfaces { get; init; } = [];

    /// <summary>Names of <see cref="HaConfiguration.Scripts"/> that every member follows (keepalived: <c>track_script</c>).</summary>
    public ValueList<Tracked> TrackScripts { get; init; } = [];

    /// <summary>Names of <see cref="HaConfiguration.Files"/> that every member follows (keepalived: <c>track_file</c>).</summary>
    public ValueList<Tracked> TrackFiles { get; init; } = [];

    /// <summary>Names of <see cref="HaConfiguration.Processes"/> that every member follows (keepalived: <c>track_process</c>).</summary>
    public ValueList<Tracked> TrackProcesses { get; init; } = [];

    /// <summary>Names of <see cref="HaConfiguration.BfdSessions"/> that every member follows (keepalived: <c>track_bfd</c>).</summary>
    public ValueList<Tracked> TrackBfd { get; init; } = [];

    /// <summary>Whether the members keep weights of their own trackers (keepalived: <c>sync_group_tracking_weight</c>); else those count as 0 weight only where
    /// they are 0, and are ignored otherwise.</summary>
    public bool TrackingWeight { get; init; }

    /// <summary>Commands for the group's changes of state.</summary>
    public NotifyScripts Notify { get; init; } = NotifyScripts.None;

    /// <summary>
    /// Whether FIFOs are told of changes of the members' effective priorities, where they do not say themselves (keepalived: <c>notify_priority_changes</c>); null: as
    /// <see cref="HaConfiguration.NotifyPriorityChanges"/> has it.
    /// </summary>
    public bool? NotifyPriorityChanges { get; init; }

    /// <summary>Whether there are mails of its changes of state (keepalived: <c>smtp_alert</c>); null: as <see cref="SmtpAlerts"/> has it for groups.</summary>
    public bool? SmtpAlert { get; init; }
}
