using System.Management.Automation;
using HaTools.Module.Errors;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a health check for real servers.</summary>
[Cmdlet(VerbsCommon.New, "HaHealthCheck")]
[OutputType(typeof(HealthCheck))]
public sealed partial class NewHaHealthCheckCommand : HaCmdlet
{
    private static string[] TimedParameters => [nameof(Retry), nameof(DelayBeforeRetry), nameof(DelayLoop), nameof(Warmup), nameof(LogAllFailures)];

    /// <summary>The kind of check.</summary>
    [Parameter(Position = 0)]
    [ValidateSet("Tcp", "Http", "Https", "Dns", "Smtp", "Misc", "File", "Bfd", "Ping", "Udp")]
    public string Type { get; set; } = "Tcp";

    /// <summary>Tries after a failed one before the server is called down; without it: as usual for the type.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Retry { get; set; }

    /// <summary>The time between a failed try and the next; without it: as usual for the type.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? DelayBeforeRetry { get; set; }

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

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() => WriteObject(Type.ToUpperInvariant() switch
    {
        "TCP" => With([.. TimedParameters, .. ConnectingParameters], () => Connecting(new TcpCheck())),
        "HTTP" => With([.. TimedParameters, .. ConnectingParameters, .. HttpParameters], () => Http(Connecting(new HttpCheck()))),
        "HTTPS" => With([.. TimedParameters, .. ConnectingParameters, .. HttpParameters, .. HttpsParameters], () => Https(Http(Connecting(new HttpsCheck())))),
        "DNS" => With([.. TimedParameters, .. ConnectingParameters, .. DnsParameters], () => Dns(Connecting(new DnsCheck()))),
        "SMTP" => With([.. TimedParameters, .. ConnectingParameters, .. SmtpParameters], () => Smtp(Connecting(new SmtpCheck()))),
        "MISC" => With([.. TimedParameters, .. MiscParameters], Misc),
        "FILE" => With(FileParameters, FollowFile),
        "BFD" => With([nameof(Session)], FollowSession),
        "PING" => With([.. TimedParameters, .. NetworkParameters], () => Networked(new PingCheck())),
        "UDP" => With([.. TimedParameters, .. ConnectingParameters, .. UdpParameters], () => Udp(Connecting(new UdpCheck()))),
        _ => throw new NotSupportedException($"There is no check of type {Type}."),
    }));

    /// <summary>Makes a check, unless parameters of another type were given, which would say nothing.</summary>
    private HealthCheck With(string[] own, Func<HealthCheck> make)
    {
        string[] all = [.. TimedParameters, .. ConnectingParameters, .. HttpParameters, .. HttpsParameters, .. DnsParameters, .. SmtpParameters, .. MiscParameters, .. FileParameters, .. UdpParameters, nameof(Session)];
        if (all.Except(own).FirstOrDefault(Given) is { } other)
            throw new HaErrorException(HaErrors.NotOfThisCheck(Type, other));
        return make();
    }

    private string Needed(string? value, string parameter) => value ?? throw new HaErrorException(HaErrors.NeededByCheck(Type, parameter));

    private T Timed<T>(T usual) where T : TimedCheck => usual with
    {
        Retry = Retry ?? usual.Retry,
        DelayBeforeRetry = DelayBeforeRetry ?? usual.DelayBeforeRetry,
        DelayLoop = DelayLoop,
        Warmup = Warmup,
        Alpha = Alpha,
        LogAllFailures = LogAllFailures,
    };
}
