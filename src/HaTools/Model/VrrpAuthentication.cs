namespace HaTools;

/// <summary>Authentication of version 2 adverts (RFC 2338 section 5.3.6; removed by RFC 3768).</summary>
/// <param name="Type">The kind.</param>
/// <param name="Password">The password: for <see cref="VrrpAuthenticationType.SimplePassword"/> the first 8 bytes of its UTF-8 form go on the wire, in clear.</param>
public sealed record VrrpAuthentication(VrrpAuthenticationType Type, string Password)
{
    /// <summary>Does not print the password.</summary>
    public override string ToString() => $"{Type} ********";
}

/// <summary>The kinds of version 2 authentication; the numbers are the wire's.</summary>
public enum VrrpAuthenticationType
{
    /// <summary>keepalived: <c>auth_type PASS</c>.</summary>
    SimplePassword = 1,

    /// <summary>
    /// IPsec's authentication header with HMAC-MD5-96 (RFC 2402, RFC 2403; keepalived: <c>auth_type AH</c>), IPv4 only; the password is the key, its first 8 bytes.
    /// </summary>
    AuthenticationHeader = 2,
}
