using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Checks;

/// <summary>A check that runs a program.</summary>
/// <param name="Key">Whose check it is.</param>
/// <param name="Timing">When.</param>
/// <param name="Command">The command line.</param>
/// <param name="User">Who runs it; null: nobody is named.</param>
/// <param name="SaysWeight">Whether the exit status says the server's weight.</param>
internal sealed record MiscTarget(CheckKey Key, CheckTiming Timing, string Command, string? User, bool SaysWeight) : TimedTarget(Key, Timing)
{
    public static MiscTarget Of(VirtualServer service, MiscCheck check, CheckKey key, ServiceName name) =>
        new(key, CheckTiming.Of(service, check, TimeoutOf(service, check)), check.Command, check.User, check.DynamicWeight)
        {
            Alpha = check.Alpha,
            LogAllFailures = check.LogAllFailures,
            Service = name,
        };

    /// <summary>How long a run may take.</summary>
    public static TimeSpan TimeoutOf(VirtualServer service, MiscCheck check) => check.Timeout ?? service.DelayLoop;

    /// <summary>The service's name in the log.</summary>
    public ServiceName Service { get; init; } = ServiceName.Of(Key.Service);

    public override string Words(bool up, string server) => $"Misc check for [{server} VS {Service}] by [{Command}] {(up ? "succeeded" : "failed")}.";
}
