namespace HaTools.Engine.RealServerHost;

/// <summary>Hears what becomes of this host as a real server. Called on the keeper's thread.</summary>
internal interface IRealServerSink
{
    /// <summary>An event of the kinds Log and Warning.</summary>
    void OnRealServer(string kind, string message);
}
