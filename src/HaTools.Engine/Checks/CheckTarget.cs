using System.Net;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Checks;

/// <summary>The identity of a check: a real server of a service.</summary>
internal readonly record struct CheckKey(ServiceKey Service, DestinationKey Server);

/// <summary>A check as configured.</summary>
/// <param name="Key">Whose check it is.</param>
/// <param name="EndPoint">What is connected to.</param>
/// <param name="Timing">When.</param>
internal sealed record CheckTarget(CheckKey Key, IPEndPoint EndPoint, CheckTiming Timing)
{
    /// <summary>All checks of a configuration.</summary>
    public static IReadOnlyList<CheckTarget> Of(HaConfiguration configuration)
    {
        List<CheckTarget> targets = [];
        foreach (VirtualServer service in configuration.VirtualServers)
        {
            foreach (RealServer server in service.RealServers)
            {
                if (server.Check is not { } check) continue;
                var endPoint = new IPEndPoint(check.ConnectAddress ?? server.Address, check.ConnectPort ?? server.Port);
                var key = new CheckKey(ServiceKey.Of(service), DestinationKey.Of(server));
                targets.Add(new CheckTarget(key, endPoint, CheckTiming.Of(service, check)));
            }
        }

        return targets;
    }
}

/// <summary>Hears results that mean something. Called on the checks' thread: queue it.</summary>
internal interface ICheckSink
{
    /// <param name="key">The check.</param>
    /// <param name="verdict">Succeeded or Failed.</param>
    /// <param name="reason">Why it failed, in words; null for success.</param>
    void OnCheck(CheckKey key, CheckVerdict verdict, string? reason);

    /// <summary>This host lacks what a check needs, so that nothing is known of the servers; told once until checks go again.</summary>
    /// <param name="message">What it lacks and what to do.</param>
    void OnTrouble(string message);
}
