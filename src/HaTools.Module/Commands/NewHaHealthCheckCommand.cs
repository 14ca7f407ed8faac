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

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        IPAddress? address = null;
        if (ConnectAddress is not null && !AddressText.TryParseAddress(ConnectAddress, out address))
            throw new HaErrorException(HaErrors.InvalidAddress(ConnectAddress, "an address"));
        WriteObject(new TcpCheck
        {
            Retry = Retry,
            DelayBeforeRetry = DelayBeforeRetry,
            ConnectTimeout = ConnectTimeout,
            ConnectAddress = address,
            ConnectPort = ConnectPort,
        });
    });
}
