using HaTools.Engine.Notify;

namespace HaTools.Engine.DataPlane;

/// <summary>Hears what becomes of services. Called on the controller's thread.</summary>
internal interface IServiceSink
{
    /// <summary>An event of the kinds HealthChanged, WeightChanged, ServiceChanged, Warning.</summary>
    void OnService(string kind, string subject, string message, string? state);

    /// <summary>A service has its quorum or not, or a real server of it is up or not: what their scripts hear of. Told of those that have some.</summary>
    /// <param name="service">The service.</param>
    /// <param name="server">The real server; null: the service itself.</param>
    /// <param name="up">Whether it has its quorum, or is up.</param>
    /// <param name="news">Since when.</param>
    /// <param name="weight">What the server weighs, or those of the service that are up.</param>
    void OnHealth(ServiceKey service, DestinationKey? server, bool up, HealthNews news, long weight)
    {
    }

    /// <summary>A check has begun to say something else of its real server.</summary>
    void OnCheckHealth(ServiceKey service, DestinationKey server, CheckNews news)
    {
    }

    /// <summary>The services of a gated instance are loaded: its addresses may come.</summary>
    void OnPrepared(string instance);
}
