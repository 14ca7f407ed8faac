using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>What a check, or a real server or a service for its checks, says of when, and of which host.</summary>
internal class CheckDefaults
{
    public TimeSpan? ConnectTimeout { get; set; }

    public int? Retry { get; set; }

    public TimeSpan? DelayBeforeRetry { get; set; }

    public TimeSpan? DelayLoop { get; set; }

    public TimeSpan? Warmup { get; set; }

    public bool? Alpha { get; set; }

    public string? VirtualHost { get; set; }
}

/// <summary>What is said around a check.</summary>
/// <param name="Server">Of all checks of its real server.</param>
/// <param name="Service">Of all checks of its service.</param>
/// <param name="LogAllFailures">Whether every failed try of every check is told.</param>
internal sealed record CheckContext(CheckDefaults Server, CheckDefaults Service, bool LogAllFailures);

/// <summary>A check while it is read.</summary>
internal abstract class CheckDraft : CheckDefaults
{
    public bool LogAllFailures { get; set; }

    /// <summary>Builds it; null, when there is nothing to build, which was told.</summary>
    public abstract HealthCheck? Build(CheckContext context);

    /// <summary>Notes where its parts were written, when it has been built.</summary>
    public virtual void Note(ModelPositions positions, ModelPath path)
    {
    }

    /// <summary>Whether its server is down until it has succeeded.</summary>
    protected bool AlphaIn(CheckContext c) => Alpha ?? c.Server.Alpha ?? c.Service.Alpha ?? false;

    /// <summary>What is common to all that are tried again and again, over what is usual for the kind.</summary>
    protected T Timed<T>(T usual, CheckContext c) where T : TimedCheck => usual with
    {
        Retry = Retry ?? c.Server.Retry ?? c.Service.Retry ?? usual.Retry,
        DelayBeforeRetry = DelayBeforeRetry ?? c.Server.DelayBeforeRetry ?? c.Service.DelayBeforeRetry ?? usual.DelayBeforeRetry,
        DelayLoop = DelayLoop ?? c.Server.DelayLoop,
        Warmup = Warmup ?? c.Server.Warmup ?? c.Service.Warmup,
        Alpha = AlphaIn(c),
        LogAllFailures = LogAllFailures || c.LogAllFailures,
    };
}

/// <summary>A check that asks something over the network, while it is read.</summary>
internal abstract class NetworkDraft : CheckDraft
{
    public IPAddress? Address { get; set; }

    public IPAddress? BindAddress { get; set; }

    public string? BindInterface { get; set; }

    public uint Mark { get; set; }

    /// <summary>What is common to all that ask something over the network.</summary>
    protected T Networked<T>(T usual, CheckContext c) where T : NetworkCheck => Timed(usual, c) with
    {
        ConnectTimeout = ConnectTimeout ?? c.Server.ConnectTimeout ?? c.Service.ConnectTimeout ?? usual.ConnectTimeout,
        ConnectAddress = Address,
        BindAddress = BindAddress,
        BindInterface = BindInterface,
        FirewallMark = Mark,
    };
}

/// <summary>A check that asks a port, while it is read.</summary>
internal abstract class ConnectingDraft : NetworkDraft
{
    public int? Port { get; set; }

    public int? BindPort { get; set; }

    /// <summary>What is common to all that ask a port.</summary>
    protected T Connected<T>(T usual, CheckContext c) where T : ConnectingCheck => Networked(usual, c) with { ConnectPort = Port, BindPort = BindPort };
}
