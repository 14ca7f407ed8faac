namespace HaTools;

/// <summary>
/// A check that a real server's address answers an echo request (keepalived: <c>PING_CHECK</c>; ICMP, RFC 792; ICMPv6, RFC 4443 section 4). It says that the host is there, and nothing of what runs on it.
/// </summary>
public sealed record PingCheck : NetworkCheck
{
    /// <inheritdoc/>
    public override string Kind => "ping";
}
