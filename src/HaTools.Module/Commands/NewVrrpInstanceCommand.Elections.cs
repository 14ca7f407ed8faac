using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// Who becomes master, and when.
public sealed partial class NewVrrpInstanceCommand
{
    /// <summary>
    /// When true, a backup of higher priority leaves a working master of lower priority in place (RFC 9568 Preempt_Mode false).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter NoPreempt { get; set; }

    /// <summary>How much later than otherwise a lower master is preempted, 0 s to 1000 s (keepalived: <c>preempt_delay</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan? PreemptDelay { get; set; }

    /// <summary>Whether what the RFCs do not allow is refused (keepalived: <c>strict_mode</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter Strict { get; set; }

    /// <summary>
    /// Whether a master that is not the owner takes packets to the addresses (RFC 9568 Accept_Mode; keepalived's default).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool? Accept { get; set; }

    /// <summary>
    /// With 3: whether it speaks version 2 too (RFC 9568 section 8.4.2): as master it sends both, as backup it prefers version 3. Not for
    /// IPv6.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter AlsoVersion2 { get; set; }

    /// <summary>
    /// As many intervals of silence make a master dead, 1 to 100; the RFCs' is 3 (keepalived: <c>down_timer_adverts</c>).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastDownTimerAdverts, ModelRanges.MostDownTimerAdverts)]
    public int? DownTimerAdverts { get; set; }

    /// <summary>
    /// With -NoPreempt: whether a master whose advert timer ran so late that another may have taken over steps down first (keepalived:
    /// <c>timer_expired_backup</c>); the number is the highest priority of the others, 1 to 254. Without it: only where it slept past the
    /// down interval of a router of priority 254, and whatever -NoPreempt says.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastOtherPriority, ModelRanges.MostOtherPriority)]
    public int? TimerExpiredBackup { get; set; }

    /// <summary>Whether an advert of lower priority is left unanswered (RFC 5798; keepalived: <c>lower_prio_no_advert</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter LowerPriorityNoAdvert { get; set; }

    /// <summary>Whether a master that yields says so with an advert first (keepalived: <c>higher_prio_send_advert</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter HigherPrioritySendAdvert { get; set; }

    /// <summary>Whether the owner (255) is deaf to other masters (keepalived: <c>owner_ignore_adverts</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter OwnerIgnoreAdverts { get; set; }

    private VrrpInstance WithElections(VrrpInstance instance, VrrpInstance usual) => instance with
    {
        NoPreempt = NoPreempt,
        PreemptDelay = PreemptDelay ?? usual.PreemptDelay,
        Strict = Strict,
        Accept = Accept ?? usual.Accept,
        AlsoVersion2 = AlsoVersion2,
        DownTimerAdverts = DownTimerAdverts ?? usual.DownTimerAdverts,
        TimerExpiredBackup = TimerExpiredBackup,
        LowerPriorityNoAdvert = Given(nameof(LowerPriorityNoAdvert)) ? LowerPriorityNoAdvert : usual.LowerPriorityNoAdvert,
        HigherPrioritySendAdvert = HigherPrioritySendAdvert,
        OwnerIgnoreAdverts = Given(nameof(OwnerIgnoreAdverts)) ? OwnerIgnoreAdverts : usual.OwnerIgnoreAdverts,
    };
}
