namespace HaTools;

/// <summary>A check that a TCP connection can be made (keepalived: <c>TCP_CHECK</c>).</summary>
public sealed record TcpCheck : ConnectingCheck
{
    /// <inheritdoc/>
    public override string Kind => "tcp";
}
