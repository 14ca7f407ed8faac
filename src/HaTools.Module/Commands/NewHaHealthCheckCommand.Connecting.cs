using System.Management.Automation;
using System.Net;
using HaTools.Module.Errors;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// What checks have that ask something over the network, and of a port.
public sealed partial class NewHaHealthCheckCommand
{
    private static string[] NetworkParameters => [nameof(ConnectTimeout), nameof(ConnectAddress), nameof(BindAddress), nameof(BindInterface), nameof(FirewallMark)];

    private static string[] ConnectingParameters => [.. NetworkParameters, nameof(ConnectPort), nameof(BindPort)];

    /// <summary>How long a try may take; without it: as usual for the type.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? ConnectTimeout { get; set; }

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

    private T Connecting<T>(T usual) where T : ConnectingCheck => Networked(usual) with { ConnectPort = ConnectPort, BindPort = BindPort };

    private T Networked<T>(T usual) where T : NetworkCheck => Timed(usual) with
    {
        ConnectTimeout = ConnectTimeout ?? usual.ConnectTimeout,
        ConnectAddress = AddressOf(ConnectAddress),
        BindAddress = AddressOf(BindAddress),
        BindInterface = BindInterface,
        FirewallMark = FirewallMark,
    };

    private static IPAddress? AddressOf(string? text) => text is null ? null
        : AddressText.TryParseAddress(text, out IPAddress? address) ? address : throw new HaErrorException(HaErrors.InvalidAddress(text, "an address"));
}
