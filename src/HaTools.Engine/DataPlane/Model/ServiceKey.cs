using System.Net;

namespace HaTools.Engine.DataPlane;

/// <summary>The identity of a service.</summary>
internal sealed record ServiceKey(TransportProtocol Protocol, IPAddress Address, int Port)
{
    public static ServiceKey Of(VirtualServer server) => new(server.Protocol, server.Address, server.Port);

    /// <summary>As <see cref="VirtualServer.Id"/>.</summary>
    public override string ToString() => $"{Protocol.ToString().ToLowerInvariant()} {new IPEndPoint(Address, Port)}";
}
