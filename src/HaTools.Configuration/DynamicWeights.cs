namespace HaTools.Configuration;

/// <summary>Which checks change the weight of their server while they succeed.</summary>
internal static class DynamicWeights
{
    public static bool AreGivenBy(HealthCheck check) => check is MiscCheck { DynamicWeight: true };

    public static bool AreGivenTo(RealServer server) => server.Checks.Any(AreGivenBy);

    public static bool AreGivenIn(VirtualServer service) => service.RealServers.Any(AreGivenTo);
}
