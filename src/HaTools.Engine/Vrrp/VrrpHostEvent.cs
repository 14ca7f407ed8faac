namespace HaTools.Engine.Vrrp;

/// <summary>
/// An event of the VRRP thread, as its parts: the thread hands over the struct, and who reads <see cref="Message"/> (on another thread) pays for the text.
/// </summary>
internal readonly record struct VrrpHostEvent
{
    /// <summary>The kind, one of <see cref="HaEvent.Kind"/>'s: StateChanged, PriorityChanged, AddressChanged, Warning, Log.</summary>
    public required string Kind { get; init; }

    /// <summary>The instance's name, or the node's.</summary>
    public required string Subject { get; init; }

    /// <summary>The line for a person, in keepalived's words where it has some.</summary>
    public string Message => throw new NotImplementedException();

    /// <summary>The new state in a word (MASTER, BACKUP, FAULT, INIT) for StateChanged; else null.</summary>
    public string? State => throw new NotImplementedException();
}
