using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// What HTTPS checks have beside what HTTP checks have.
public sealed partial class NewHaHealthCheckCommand
{
    private static string[] HttpsParameters =>
        [nameof(EnableSni), nameof(SniName), nameof(TlsCompliant), nameof(RequireCloseNotify), nameof(VerifyCertificate), nameof(VerifyHost), nameof(ExpiryWarningDays)];

    /// <summary>Of type Https: tells the server by SNI which host is meant: -SniName, or else the URL's virtual host, or else -VirtualHost.</summary>
    [Parameter]
    public SwitchParameter EnableSni { get; set; }

    /// <summary>Of type Https: the host that the server is told is meant, a name, with or without -EnableSni.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SniName { get; set; }

    /// <summary>Of type Https: tells the server when the check is over, by close_notify, before the connection is closed.</summary>
    [Parameter]
    public SwitchParameter TlsCompliant { get; set; }

    /// <summary>Of type Https: a response that ends with the connection is whole only if the server says so by close_notify.</summary>
    [Parameter]
    public SwitchParameter RequireCloseNotify { get; set; }

    /// <summary>Of type Https: the certificate must be valid today and come from a CA that is trusted, one of New-HaConfiguration -Ssl or else of the system.</summary>
    [Parameter]
    public SwitchParameter VerifyCertificate { get; set; }

    /// <summary>Of type Https: the certificate must be for the host that is meant: -SniName, or else the URL's virtual host, or else -VirtualHost, or else the checked address.</summary>
    [Parameter]
    public SwitchParameter VerifyHost { get; set; }

    /// <summary>Of type Https: how many days before the certificate expires that is told, once; the server stays up.</summary>
    [Parameter]
    [InRange(ModelRanges.LeastExpiryDays, ModelRanges.MostExpiryDays)]
    public int? ExpiryWarningDays { get; set; }

    private HttpsCheck Https(HttpsCheck usual) => usual with
    {
        EnableSni = EnableSni,
        SniName = SniName,
        TlsCompliant = TlsCompliant,
        RequireCloseNotify = RequireCloseNotify,
        VerifyCertificate = VerifyCertificate,
        VerifyHost = VerifyHost,
        ExpiryWarningDays = ExpiryWarningDays,
    };
}
