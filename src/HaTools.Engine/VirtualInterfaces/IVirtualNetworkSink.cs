namespace HaTools.Engine.VirtualInterfaces;

/// <summary>Hears what becomes of virtual interfaces and of the firewall table; on their thread.</summary>
internal interface IVirtualNetworkSink
{
    /// <summary>Something was done.</summary>
    void OnLog(string subject, string message);

    /// <summary>Something is not as it should be, or was not and is again.</summary>
    void OnWarning(string subject, string message);
}
