using System.Management.Automation;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// What HTTP checks have.
public sealed partial class NewHaHealthCheckCommand
{
    private static string[] HttpParameters => [nameof(Url), nameof(VirtualHost), nameof(HttpVersion), nameof(FastRecovery)];

    /// <summary>
    /// What an HTTP check asks for: paths, or hashtables of Path, and of Digest, StatusCodes, VirtualHost, Regex, RegexNoMatch, RegexOptions, RegexMinimumOffset, RegexMaximumOffset, TlsCompliant; without it: the path /.
    /// </summary>
    [Parameter]
    [ModelValue(typeof(HttpUrl), Many = true)]
    [Alias("Urls")]
    public HttpUrl[] Url { get; set; } = [];

    /// <summary>The host that an HTTP check asks for, where a URL names none; without it: the checked address and port.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? VirtualHost { get; set; }

    /// <summary>What an HTTP check speaks; without it: HTTP/1.0.</summary>
    [Parameter]
    [Alias("Version")]
    public HttpVersion? HttpVersion { get; set; }

    /// <summary>Asks an HTTP check's other URLs without a pause when the one that failed is good again.</summary>
    [Parameter]
    public SwitchParameter FastRecovery { get; set; }

    private T Http<T>(T usual) where T : HttpCheck => usual with
    {
        Urls = Url.Length == 0 ? [new HttpUrl { Path = "/" }] : [.. Url],
        VirtualHost = VirtualHost,
        Version = HttpVersion ?? usual.Version,
        FastRecovery = FastRecovery,
    };
}
