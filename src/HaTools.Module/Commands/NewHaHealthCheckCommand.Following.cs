using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// What checks have that go by a tracker.
public sealed partial class NewHaHealthCheckCommand
{
    private static string[] FileParameters => [nameof(TrackFile), nameof(Weight), nameof(Reverse)];

    /// <summary>Of type File: the name of the tracked file whose number decides.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TrackFile { get; set; }

    /// <summary>Of type File: what the number is multiplied by before it is added to the server's weight, or 0: a number other than 0 means that the server is down; without it: the tracked file's own.</summary>
    [Parameter]
    [InRange(-ModelRanges.MostFileCheckWeight, ModelRanges.MostFileCheckWeight)]
    public int? Weight { get; set; }

    /// <summary>Of type File: turns the sign of the weight; with weight 0 the number 0 means that the server is down. Without it: as the tracked file does.</summary>
    [Parameter]
    public SwitchParameter Reverse { get; set; }

    /// <summary>Of type Bfd: the name of the BFD session that the server is down with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Session { get; set; }

    private FileCheck FollowFile() => new() { TrackFile = Needed(TrackFile, nameof(TrackFile)), Weight = Weight, Reverse = Given(nameof(Reverse)) ? Reverse : null, Alpha = Alpha };

    private BfdCheck FollowSession() => new() { Session = Needed(Session, nameof(Session)), Alpha = Alpha };
}
