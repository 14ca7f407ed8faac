namespace HaTools;

/// <summary>
/// A check that sends a datagram to a port of UDP (keepalived: <c>UDP_CHECK</c>). Without <see cref="RequireReply"/> and <see cref="Reply"/> silence for <see cref="NetworkCheck.ConnectTimeout"/> is good,
/// and so is any reply: the server is down when ICMP says that it is not reached, a closed port for one.
/// </summary>
public sealed record UdpCheck : ConnectingCheck
{
    /// <inheritdoc/>
    public override string Kind => "udp";

    /// <summary>
    /// What is sent (keepalived: <c>payload</c>): octets in hexadecimal, 1 to 65507 of them, with blanks between them as one likes; a digit alone is an octet below 16. null: 32 octets of text.
    /// </summary>
    public string? Payload { get; init; }

    /// <summary>Whether a reply must come (keepalived: <c>require_reply</c>); a <see cref="Reply"/> requires one, too.</summary>
    public bool RequireReply { get; init; }

    /// <summary>
    /// How the reply must begin (keepalived: what follows <c>require_reply</c>), written as <see cref="Payload"/>; an <c>x</c> stands for any four bits. A reply that is shorter is compared as far as it goes, as keepalived
    /// does: <see cref="MinimumReplyLength"/> asks for more. null: anyhow.
    /// </summary>
    public string? Reply { get; init; }

    /// <summary>How long the reply must be, in octets, 0 to 65535 (keepalived: <c>min_reply_length</c>).</summary>
    public int MinimumReplyLength { get; init; }

    /// <summary>How long the reply may be, in octets, 0 to 65535 (keepalived: <c>max_reply_length</c>); null: 255 with a <see cref="Reply"/>, as in keepalived, else as long as it likes.</summary>
    public int? MaximumReplyLength { get; init; }
}
