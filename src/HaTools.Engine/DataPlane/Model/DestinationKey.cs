using System.Net;

namespace HaTools.Engine.DataPlane;

/// <summary>The identity of a real server within its service.</summary>
internal readonly record struct DestinationKey(IPAddress Address, int Port)
{
    public static DestinationKey Of(RealServer server) => new(server.Address, server.Port);

    /// <summary>As <see cref="RealServer.Id"/>.</summary>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
