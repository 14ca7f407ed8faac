using System.Runtime.CompilerServices;

namespace HaTools.Vrrp;

/// <summary>What an instance has counted since it was made. Carried over by a reconfiguration.</summary>
internal struct InstanceCounters
{
    /// <summary>Valid adverts heard.</summary>
    public long AdvertsReceived;

    /// <summary>Adverts that the host was asked to send and has not failed to (<see cref="VrrpRouter.OnSendFailed"/>), those of priority 0 among them.</summary>
    public long AdvertsSent;

    /// <summary>Adverts that could not be sent, or not to everybody that they were for.</summary>
    public long AdvertsFailed;

    public long BecameMaster;

    public long ReleasedMaster;

    public long PriorityZeroReceived;

    public long PriorityZeroSent;

    /// <summary>The largest lateness of an advert or master-down timer, in nanoseconds.</summary>
    public long MaxTimerLateness;

    /// <summary>Refused adverts, indexed by <see cref="AdvertRejection"/>.</summary>
    public RejectionCounts Rejected;
}

/// <summary>One count for each <see cref="AdvertRejection"/>.</summary>
[InlineArray(Count)]
internal struct RejectionCounts
{
    /// <summary>The number of reasons, <see cref="AdvertRejection.None"/> among them.</summary>
    public const int Count = (int)AdvertRejection.Owner + 1;

    private long first;

    public readonly long Of(AdvertRejection reason) => this[(int)reason];

    public void Increment(AdvertRejection reason) => this[(int)reason]++;
}
