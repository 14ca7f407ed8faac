namespace HaTools;

/// <summary>
/// A check that a name server answers (keepalived: <c>DNS_CHECK</c>): with the response code 0 to the question that was asked, whatever the answer holds. It has three retries unless it
/// says otherwise, as in keepalived.
/// </summary>
public sealed record DnsCheck : ConnectingCheck
{
    /// <summary>A check as keepalived has it: three retries, each after the time between checks.</summary>
    public DnsCheck() => (Retry, DelayBeforeRetry) = (3, null);

    /// <inheritdoc/>
    public override string Kind => "dns";

    /// <summary>What is asked for (keepalived: <c>type</c>).</summary>
    public DnsRecordType RecordType { get; init; } = DnsRecordType.Soa;

    /// <summary>
    /// The domain name that is asked for (keepalived: <c>name</c>): labels of 1 to 63 ASCII characters with dots between them, 253 in all; a dot at its end changes nothing. Default: the
    /// root.
    /// </summary>
    public string Name { get; init; } = ".";

    /// <summary>By what it asks. keepalived asks by UDP, whatever the service.</summary>
    public DnsTransport Transport { get; init; }
}

/// <summary>Types of records; the numbers are the protocol's (RFC 1035 section 3.2.2, RFC 3596, RFC 4034).</summary>
public enum DnsRecordType
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name server of the zone.</summary>
    Ns = 2,

    /// <summary>The name that this one stands for.</summary>
    Cname = 5,

    /// <summary>The beginning of a zone.</summary>
    Soa = 6,

    /// <summary>A mail server.</summary>
    Mx = 15,

    /// <summary>Text.</summary>
    Txt = 16,

    /// <summary>An IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>A signature.</summary>
    Rrsig = 46,

    /// <summary>A key of the zone.</summary>
    Dnskey = 48,
}

/// <summary>By what a name server is asked.</summary>
public enum DnsTransport
{
    /// <summary>UDP. A truncated answer is one: the rest is to be had by TCP, which is a service, and a check, of its own.</summary>
    Udp,

    /// <summary>TCP (RFC 7766).</summary>
    Tcp,
}
