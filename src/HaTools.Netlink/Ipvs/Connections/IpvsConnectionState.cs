namespace HaTools.Netlink.Ipvs;

/// <summary>
/// States of connections, as the kernel names them in /proc/net/ip_vs_conn (net/netfilter/ipvs/ip_vs_proto_tcp.c, _udp.c, _sctp.c;
/// templates in ip_vs_proto.c).
/// </summary>
public enum IpvsConnectionState : byte
{
    /// <summary>A word that is none of these: a later kernel's, or the kernel's own <c>ERR!</c>, <c>BUG!</c>, <c>?</c>.</summary>
    Other,

    /// <summary>NONE: of a template, that no connection was established by it yet; of a connection, that no packet was seen.</summary>
    None,

    /// <summary>ASSURED: a template by which a connection was established (kernel 4.19).</summary>
    Assured,

    /// <summary>ESTABLISHED (TCP, SCTP).</summary>
    Established,

    /// <summary>SYN_SENT (TCP).</summary>
    SynSent,

    /// <summary>SYN_RECV (TCP).</summary>
    SynReceived,

    /// <summary>FIN_WAIT (TCP).</summary>
    FinWait,

    /// <summary>TIME_WAIT (TCP).</summary>
    TimeWait,

    /// <summary>CLOSE (TCP).</summary>
    Close,

    /// <summary>CLOSE_WAIT (TCP).</summary>
    CloseWait,

    /// <summary>LAST_ACK (TCP).</summary>
    LastAck,

    /// <summary>LISTEN (TCP; FTP's data connections).</summary>
    Listen,

    /// <summary>SYNACK (TCP, with secure_tcp).</summary>
    SynAck,

    /// <summary>UDP: the only state of UDP.</summary>
    Udp,

    /// <summary>INIT1 (SCTP).</summary>
    Init1,

    /// <summary>INIT (SCTP).</summary>
    Init,

    /// <summary>C-SENT (SCTP).</summary>
    CookieSent,

    /// <summary>C-REPLIED (SCTP).</summary>
    CookieReplied,

    /// <summary>C-WAIT (SCTP).</summary>
    CookieWait,

    /// <summary>COOKIE (SCTP).</summary>
    Cookie,

    /// <summary>C-ECHOED (SCTP).</summary>
    CookieEchoed,

    /// <summary>S-SENT (SCTP).</summary>
    ShutdownSent,

    /// <summary>S-RECEIVED (SCTP).</summary>
    ShutdownReceived,

    /// <summary>S-ACK-SENT (SCTP).</summary>
    ShutdownAckSent,

    /// <summary>REJECTED (SCTP).</summary>
    Rejected,

    /// <summary>CLOSED (SCTP).</summary>
    Closed,
}

/// <summary>Where a connection's entry comes from.</summary>
public enum IpvsConnectionOrigin : byte
{
    /// <summary>Not said: only ip_vs_conn_sync does.</summary>
    Unknown,

    /// <summary>LOCAL: made here.</summary>
    Local,

    /// <summary>SYNC: received by the backup sync daemon.</summary>
    Sync,
}
