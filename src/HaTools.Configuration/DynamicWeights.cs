namespace HaTools.Configuration;

/// <summary>Which checks change the weight of their server while they succeed.</summary>
internal static class DynamicWeights
{
    // What a tracker's own weight is, its check does not know: it may change weights.
    public static bool AreGivenBy(HealthCheck check) => check is MiscCheck { DynamicWeight: true } or FileCheck { Weight: not 0 };

    public static bool AreGivenTo(RealServer server) => server.Checks.Any(AreGivenBy);

    public static bool AreGivenIn(VirtualServer service) => service.RealServers.Any(AreGivenTo);
}
