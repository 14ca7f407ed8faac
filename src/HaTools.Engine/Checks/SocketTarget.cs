using System.Net;

namespace HaTools.Engine.Checks;

/// <summary>A check that connects.</summary>
/// <param name="Key">Whose check it is.</param>
/// <param name="EndPoint">What is connected to.</param>
/// <param name="Timing">When.</param>
internal sealed record SocketTarget(CheckKey Key, IPEndPoint EndPoint, CheckTiming Timing) : CheckTarget(Key, Timing)
{
    /// <summary>From where; null: as the kernel chooses.</summary>
    public CheckOrigin? Origin { get; init; }

    public static SocketTarget Of(VirtualServer service, RealServer server, ConnectingCheck check, CheckKey key) =>
        new(key, new IPEndPoint(check.ConnectAddress ?? server.Address, check.ConnectPort ?? server.Port), CheckTiming.Of(service, check, check.ConnectTimeout))
        {
            Origin = CheckOrigin.Of(check),
            Alpha = check.Alpha,
            LogAllFailures = check.LogAllFailures,
        };

    public override string Words(bool up, string server) => up ? $"TCP connection to {server} success." : $"TCP_CHECK on service {server} failed.";
}
