namespace HaTools.Vrrp.Bfd;

/// <summary>What a session asks its host to do.</summary>
internal enum BfdActionKind
{
    /// <summary>Send <see cref="BfdAction.Packet"/> to the neighbour.</summary>
    Send,

    /// <summary>The state changed, <see cref="BfdAction.From"/> to <see cref="BfdAction.To"/>.</summary>
    StateChanged,
}

/// <summary>One action, for the session at index <see cref="Session"/>.</summary>
internal readonly record struct BfdAction(BfdActionKind Kind, int Session)
{
    public BfdPacket Packet { get; init; }

    public BfdState From { get; init; }

    public BfdState To { get; init; }

    /// <summary>Why the state changed.</summary>
    public BfdDiagnostic Diagnostic { get; init; }

    /// <summary>Why the neighbour's state changed last, as it said.</summary>
    public BfdDiagnostic RemoteDiagnostic { get; init; }

    /// <summary>
    /// The neighbour said that it was switched off by its administrator: that the session is down then says nothing about the path
    /// (RFC 5882 section 3.2).
    /// </summary>
    public bool NeighbourIsAdminDown { get; init; }
}

/// <summary>The actions of one or more steps, in order, in a buffer that is used again.</summary>
internal sealed class BfdActions
{
    private readonly List<BfdAction> actions = new(64);

    public int Count => actions.Count;

    public BfdAction this[int index] => actions[index];

    public void Add(in BfdAction action) => actions.Add(action);

    public void Clear() => actions.Clear();
}
