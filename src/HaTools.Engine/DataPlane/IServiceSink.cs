namespace HaTools.Engine.DataPlane;

/// <summary>Hears what becomes of services. Called on the controller's thread.</summary>
internal interface IServiceSink
{
    /// <summary>An event of the kinds HealthChanged, ServiceChanged, Warning.</summary>
    void OnService(string kind, string subject, string message, string? state);

    /// <summary>The services of a gated instance are loaded: its addresses may come.</summary>
    void OnPrepared(string instance);
}
