using System.Collections;

namespace HaTools.Module.Completers;

/// <summary>The kinds of events (<see cref="HaEvent.Kind"/>).</summary>
public sealed class EventKindCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Explanation)> Names(IDictionary boundParameters) =>
    [
        ("StateChanged", "a VRRP instance changed its state"), ("GroupStateChanged", "a sync group changed its state"),
        ("PriorityChanged", "an effective priority changed"),
        ("TrackerChanged", "a tracker's outcome changed"), ("HealthChanged", "a real server went up or down"),
        ("WeightChanged", "a check changed a real server's weight"),
        ("NameChanged", "a name of real servers has other addresses, or none"),
        ("ServiceChanged", "an IPVS service changed"), ("DrainChanged", "the drain of a real server began, went on or ended"), ("ReadinessChanged", "an instance began or ceased to wait for its host"),
        ("AddressChanged", "a virtual address was put back, or left"),
        ("ConfigurationChanged", "a changed configuration was applied"), ("Warning", "something that should be looked at"),
        ("Log", "a line of the log"),
    ];
}
