using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// Gratuitous ARPs and unsolicited neighbour advertisements.
public sealed partial class NewVrrpInstanceCommand
{
    /// <summary>Gratuitous ARPs in a burst on takeover (keepalived: <c>garp_master_repeat</c>), 1 to 255.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastGarpRepeat, ModelRanges.MostGarpRepeat)]
    public int? GarpRepeat { get; set; }

    /// <summary>When the second burst follows the first (keepalived: <c>garp_master_delay</c>); zero: no second burst.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan? GarpDelay { get; set; }

    /// <summary>From burst to burst as long as it is master (keepalived: <c>garp_master_refresh</c>); zero: none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan? GarpRefresh { get; set; }

    /// <summary>Messages for each address in such a burst, from 1.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastGarpRepeat, ModelRanges.MostGarpRepeat)]
    public int? GarpRefreshRepeat { get; set; }

    /// <summary>
    /// The second burst after an advert of lower priority (keepalived: <c>garp_lower_prio_delay</c>); without it: -GarpDelay.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan? GarpLowerPriorityDelay { get; set; }

    /// <summary>Messages for each address after such an advert, 0 to 255; without it: -GarpRepeat.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastByte, ModelRanges.MostByte)]
    public int? GarpLowerPriorityRepeat { get; set; }

    /// <summary>
    /// From burst to burst on interfaces of addresses that are not the instance's (keepalived: <c>garp_extra_if</c>); zero: none.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan? GarpExtraInterval { get; set; }

    /// <summary>Whether those bursts go out on all of them; else on virtual MAC interfaces only.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter GarpExtraAll { get; set; }

    private VrrpInstance WithAnnouncements(VrrpInstance instance, VrrpInstance usual) => instance with
    {
        GarpRepeat = GarpRepeat ?? usual.GarpRepeat,
        GarpDelay = GarpDelay ?? usual.GarpDelay,
        GarpRefresh = GarpRefresh ?? usual.GarpRefresh,
        GarpRefreshRepeat = GarpRefreshRepeat ?? usual.GarpRefreshRepeat,
        GarpLowerPriorityDelay = Given(nameof(GarpLowerPriorityDelay)) ? GarpLowerPriorityDelay : usual.GarpLowerPriorityDelay,
        GarpLowerPriorityRepeat = Given(nameof(GarpLowerPriorityRepeat)) ? GarpLowerPriorityRepeat : usual.GarpLowerPriorityRepeat,
        GarpExtraInterval = GarpExtraInterval ?? usual.GarpExtraInterval,
        GarpExtraAll = GarpExtraAll,
    };
}
