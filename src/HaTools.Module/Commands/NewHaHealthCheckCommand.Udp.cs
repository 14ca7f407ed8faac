using System.Management.Automation;

namespace HaTools.Module.Commands;

// What UDP checks have.
public sealed partial class NewHaHealthCheckCommand
{
    private static string[] UdpParameters => [nameof(Payload), nameof(RequireReply), nameof(Reply), nameof(MinimumReplyLength), nameof(MaximumReplyLength)];

    /// <summary>Of type Udp: the octets to send, in hexadecimal; without it: 32 octets of text.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Payload { get; set; }

    /// <summary>Of type Udp: a reply must come.</summary>
    [Parameter]
    public SwitchParameter RequireReply { get; set; }

    /// <summary>Of type Udp: how the reply must begin, in hexadecimal, with x for any digit; a reply must come then.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reply { get; set; }

    /// <summary>Of type Udp: how many octets the reply must have.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int MinimumReplyLength { get; set; }

    /// <summary>Of type Udp: how many octets the reply may have; without it: 255 with -Reply, else as many as it likes.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int? MaximumReplyLength { get; set; }

    private UdpCheck Udp(UdpCheck usual) => usual with
    {
        Payload = Payload,
        RequireReply = RequireReply,
        Reply = Reply,
        MinimumReplyLength = MinimumReplyLength,
        MaximumReplyLength = MaximumReplyLength,
    };
}
