using System.Management.Automation;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// What checks have that run a program.
public sealed partial class NewHaHealthCheckCommand
{
    private static string[] MiscParameters => [nameof(Command), nameof(Timeout), nameof(DynamicWeight), nameof(User)];

    /// <summary>Of type Misc: the command line, the program and its arguments.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Command { get; set; }

    /// <summary>Of type Misc: how long a run may take; the service's time between checks, if it says nothing.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Of type Misc: the exit status says the server's weight as well, 2 to 255 one that is two less.</summary>
    [Parameter]
    public SwitchParameter DynamicWeight { get; set; }

    /// <summary>Of type Misc: who runs it, USER or USER:GROUP.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    private MiscCheck Misc() => Timed(new MiscCheck { Command = Needed(Command, nameof(Command)) }) with { Timeout = Timeout, DynamicWeight = DynamicWeight, User = User };
}
