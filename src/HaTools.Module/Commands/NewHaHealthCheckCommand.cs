using System.Management.Automation;
using System.Net;
using HaTools.Module.Errors;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a health check for real servers.</summary>
[Cmdlet(VerbsCommon.New, "HaHealthCheck")]
[OutputType(typeof(HealthCheck))]
public sealed class NewHaHealthCheckCommand : HaCmdlet
{
    /// <summary>The kind of check.</summary>
    [Parameter(Position = 0)]
    [ValidateSet("Tcp")]
    public string Type { get; set; } = "Tcp";

    /// <summary>Tries after a failed one before the server is called down.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Retry { get; set; } = 1;

    /// <summary>The time between a failed try and the next.</summary>
    [Parameter]
    [Duration]
    public TimeSpan DelayBeforeRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The time from the start of one check to the start of the next; the service's, if it says nothing.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? DelayLoop { get; set; }

    /// <summary>Within which time, by chance, the first check begins; a second, or so that there are a thousand a second, if it says nothing.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Warmup { get; set; }

    /// <summary>Holds the server down until this check has succeeded for the first time.</summary>
    [Parameter]
    public SwitchParameter Alpha { get; set; }

    /// <summary>Tells each failed try of a server that is up, and not only that it is down.</summary>
    [Parameter]
    public SwitchParameter LogAllFailures { get; set; }

    /// <summary>How long a connection may take.</summary>
    [Parameter]
    [Duration]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The address to check, if it is not the real server's.</summary>
    [Parameter]
    public string? ConnectAddress { get; set; }

    /// <summary>The port to check, if it is not the real server's.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? ConnectPort { get; set; }

    /// <summary>The address of this host to check from, if it is not the kernel's choice.</summary>
    [Parameter]
    public string? BindAddress { get; set; }

    /// <summary>The port of this host to check from, if it is not the kernel's choice.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? BindPort { get; set; }

    /// <summary>The interface of this host to check by, if it is not as the routes say.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BindInterface { get; set; }

    /// <summary>The firewall mark of the check's packets; 0: none.</summary>
    [Parameter]
    public uint FirewallMark { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        WriteObject(new TcpCheck
        {
            Retry = Retry,
            DelayBeforeRetry = DelayBeforeRetry,
            ConnectTimeout = ConnectTimeout,
            DelayLoop = DelayLoop,
            Warmup = Warmup,
            Alpha = Alpha,
            LogAllFailures = LogAllFailures,
            ConnectAddress = AddressOf(ConnectAddress),
            ConnectPort = ConnectPort,
            BindAddress = AddressOf(BindAddress),
            BindPort = BindPort,
            BindInterface = BindInterface,
            FirewallMark = FirewallMark,
        });
    });

    private static IPAddress? AddressOf(string? text) => text is null ? null
        : AddressText.TryParseAddress(text, out IPAddress? address) ? address : throw new HaErrorException(HaErrors.InvalidAddress(text, "an address"));
}
