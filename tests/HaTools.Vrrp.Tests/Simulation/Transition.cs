namespace HaTools.Vrrp.Tests.Simulation;

/// <summary>What can happen to an instance, in the words of RFC 9568 section 6.4.</summary>
internal enum Happening
{
    Startup,
    Shutdown,
    FaultArises,
    FaultEnds,
    TimerFires,
    StopHeard,
    HigherHeard,
    EqualHeardFromHigherAddress,
    EqualHeardFromLowerAddress,
    LowerHeard,
}

/// <summary>A cell of the table of states: in a state something happens, and then it is another, or the same.</summary>
internal readonly record struct Transition(VrrpStateKind From, Happening Happening, VrrpStateKind To) : IComparable<Transition>
{
    public int CompareTo(Transition other) => (From, Happening, To).CompareTo((other.From, other.Happening, other.To));
}
