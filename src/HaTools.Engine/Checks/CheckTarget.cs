using HaTools.Engine.Checks.Tls;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Checks;

/// <summary>The identity of a check: one of those of a real server of a service.</summary>
/// <param name="Service">The service.</param>
/// <param name="Server">The real server.</param>
/// <param name="Check">Which of the server's.</param>
internal readonly record struct CheckKey(ServiceKey Service, DestinationKey Server, CheckId Check);

/// <summary>A check as configured. Each way of checking has a record of its own.</summary>
/// <param name="Key">Whose check it is.</param>
internal abstract record CheckTarget(CheckKey Key)
{
    /// <summary>Whether the server is down until it has succeeded.</summary>
    public bool Alpha { get; init; }

    /// <summary>What keepalived's log says of a result.</summary>
    /// <param name="up">Whether the server may serve.</param>
    /// <param name="server">The server as keepalived names it.</param>
    public abstract string Words(bool up, string server);

    /// <summary>By when it has said whether its server is up, as a rule.</summary>
    /// <param name="now">When it begins.</param>
    /// <param name="count">How many checks the node has.</param>
    public abstract long FirstWordBy(long now, int count);

    /// <summary>All checks of a configuration.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="credentials">What HTTPS checks show and trust; null: nothing, and the system's CAs.</param>
    public static IReadOnlyList<CheckTarget> Of(HaConfiguration configuration, TlsCredentials? credentials = null)
    {
        List<CheckTarget> targets = [];
        IReadOnlyDictionary<ServiceKey, ServiceName> names = ServiceName.AllOf(configuration.VirtualServers, configuration.VirtualServerGroups);
        foreach (VirtualServer service in configuration.VirtualServers)
        {
            var key = ServiceKey.Of(service);
            foreach (RealServer server in service.RealServers)
            {
                CheckId[] ids = CheckId.Of(server.Checks);
                for (int i = 0; i < ids.Length; i++)
                {
                    var identity = new CheckKey(key, DestinationKey.Of(server), ids[i]);
                    targets.Add(server.Checks[i] switch
                    {
                        NetworkCheck check => SocketTarget.Of(service, server, check, identity, credentials ?? TlsCredentials.None),
                        MiscCheck check => MiscTarget.Of(service, check, identity, names[key]),
                        FileCheck check => FileTarget.Of(configuration, check, identity),
                        BfdCheck check => BfdTarget.Of(configuration, check, identity),
                        HealthCheck other => throw new ArgumentException($"No check of type {other.Kind} can be run.", nameof(configuration)),
                    });
                }
            }
        }

        return targets;
    }
}
