using System.Net;

namespace HaTools.Engine.DataPlane;

/// <summary>The identity of a real server within its service.</summary>
internal readonly record struct DestinationKey(IPAddress Address, int Port)
{
    /// <exception cref="ArgumentException">It is a name still, and no server.</exception>
    public static DestinationKey Of(RealServer server) =>
        new(server.Address ?? throw new ArgumentException($"{server.Id} has no address.", nameof(server)), server.Port);

    /// <summary>As <see cref="RealServer.Id"/>.</summary>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
