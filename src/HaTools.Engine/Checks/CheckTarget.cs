using System.Net;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Checks;

/// <summary>The identity of a check: one of those of a real server of a service.</summary>
/// <param name="Service">The service.</param>
/// <param name="Server">The real server.</param>
/// <param name="Number">Its place in the server's list, from 0: a check whose properties a reload changes goes on with what it knows.</param>
internal readonly record struct CheckKey(ServiceKey Service, DestinationKey Server, int Number);

/// <summary>From where a check comes.</summary>
/// <param name="Address">The address of this host; null: as the kernel chooses.</param>
/// <param name="Port">The port of this host; 0: as the kernel chooses.</param>
/// <param name="Interface">The interface; null: as the routes say.</param>
/// <param name="Mark">The firewall mark of its packets.</param>
internal sealed record CheckOrigin(IPAddress? Address, int Port, string? Interface, uint Mark)
{
    /// <summary>The origin that a check asks for; null: none.</summary>
    public static CheckOrigin? Of(HealthCheck check) => check is { BindAddress: null, BindPort: null, BindInterface: null, FirewallMark: 0 } ? null
        : new CheckOrigin(check.BindAddress, check.BindPort ?? 0, check.BindInterface, check.FirewallMark);

    public override string ToString() => string.Join(' ', Words());

    private IEnumerable<string> Words()
    {
        if (Address is not null || Port != 0) yield return $"{Address}{(Address is null ? "port " : ":")}{Port}";
        if (Interface is not null) yield return $"interface {Interface}";
        if (Mark != 0) yield return $"mark {Mark}";
    }
}

/// <summary>A check as configured.</summary>
/// <param name="Key">Whose check it is.</param>
/// <param name="EndPoint">What is connected to.</param>
/// <param name="Timing">When.</param>
internal sealed record CheckTarget(CheckKey Key, IPEndPoint EndPoint, CheckTiming Timing)
{
    /// <summary>From where; null: as the kernel chooses.</summary>
    public CheckOrigin? Origin { get; init; }

    /// <summary>Whether the server is down until it has succeeded.</summary>
    public bool Alpha { get; init; }

    /// <summary>Whether each failed try of a server that is up is told.</summary>
    public bool LogAllFailures { get; init; }

    /// <summary>All checks of a configuration.</summary>
    public static IReadOnlyList<CheckTarget> Of(HaConfiguration configuration)
    {
        List<CheckTarget> targets = [];
        foreach (VirtualServer service in configuration.VirtualServers)
        {
            var key = ServiceKey.Of(service);
            foreach (RealServer server in service.RealServers)
            {
                for (int i = 0; i < server.Checks.Count; i++) targets.Add(Of(service, server, server.Checks[i], new CheckKey(key, DestinationKey.Of(server), i)));
            }
        }

        return targets;
    }

    private static CheckTarget Of(VirtualServer service, RealServer server, HealthCheck check, CheckKey key) =>
        new(key, new IPEndPoint(check.ConnectAddress ?? server.Address, check.ConnectPort ?? server.Port), CheckTiming.Of(service, check))
        {
            Origin = CheckOrigin.Of(check),
            Alpha = check.Alpha,
            LogAllFailures = check.LogAllFailures,
        };
}

/// <summary>Hears results that mean something. Called on the checks' thread: queue it.</summary>
internal interface ICheckSink
{
    /// <param name="key">The check.</param>
    /// <param name="verdict">Succeeded or Failed.</param>
    /// <param name="reason">Why it failed, in words; null for success.</param>
    void OnCheck(CheckKey key, CheckVerdict verdict, string? reason);

    /// <summary>A try of a server that is up has failed; only of checks that ask for it.</summary>
    /// <param name="key">The check.</param>
    /// <param name="reason">Why, in words.</param>
    void OnFailure(CheckKey key, string reason);

    /// <summary>This host lacks what a check needs, so that nothing is known of its server; told once until that check, or what lacks to all of them, goes again.</summary>
    /// <param name="message">What it lacks and what to do.</param>
    void OnTrouble(string message);
}
