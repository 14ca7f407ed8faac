using System.Net;
using HaTools.Configuration;

namespace HaTools.Engine.Checks.Tls;

/// <summary>The host that a check means when it speaks TLS.</summary>
/// <param name="Told">What the server is told (SNI); empty: nothing.</param>
/// <param name="Verified">What its certificate must be for.</param>
internal readonly record struct TlsName(string Told, string Verified)
{
    /// <param name="check">The check.</param>
    /// <param name="url">What is asked for.</param>
    /// <param name="server">What is connected to.</param>
    public static TlsName Of(HttpsCheck check, HttpUrl url, IPEndPoint server)
    {
        string? host = check.SniName ?? ((url.VirtualHost ?? check.VirtualHost) is { } named ? HostNames.WithoutPort(named) : null);
        bool isTold = (check.EnableSni || check.SniName is not null) && host is not null && HostNames.IsName(host);
        return new TlsName(isTold ? host! : "", host ?? new IPAddress(server.Address.GetAddressBytes()).ToString());
    }
}
