using System.Collections;

namespace HaTools.Module.Completers;

/// <summary>The schedulers of IPVS (Documentation/networking/ipvs-sysctl, ipvsadm(8)).</summary>
public sealed class SchedulerNameCompleter : NameCompleter
{
    private static readonly (string, string)[] Schedulers =
    [
        ("rr", "round robin"), ("wrr", "weighted round robin"), ("lc", "least connections"), ("wlc", "weighted least connections"),
        ("lblc", "locality-based least connections"), ("lblcr", "locality-based least connections with replication"),
        ("dh", "destination hashing"), ("sh", "source hashing"), ("sed", "shortest expected delay"), ("nq", "never queue"),
        ("fo", "weighted failover"), ("ovf", "weighted overflow"), ("mh", "Maglev hashing"), ("twos", "weighted random of two choices"),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Explanation)> Names(IDictionary boundParameters) => Schedulers;
}
