using System.Management.Automation;
using HaTools.Module.Completers;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// What it follows.
public sealed partial class NewVrrpInstanceCommand
{
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
    [Alias("TrackScripts", "Tracker")]
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

    /// <summary>Whether the state of -Interface is of no matter (keepalived: <c>dont_track_primary</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter DontTrackPrimary { get; set; }

    private VrrpInstance WithTrackers(VrrpInstance instance) => instance with
    {
        TrackInterfaces = [.. TrackInterface],
        TrackScripts = [.. TrackScript],
        TrackFiles = [.. TrackFile],
        TrackProcesses = [.. TrackProcess],
        TrackBfd = [.. TrackBfd],
        DontTrackPrimary = DontTrackPrimary,
    };
}
