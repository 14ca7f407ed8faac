namespace HaTools.Configuration;

/// <summary>
/// When the kernel announces a connection to the other director: two of its parameters say so, and mean something only together. So whoever sets one of them by hand
/// has both.
/// </summary>
internal static class SyncAnnouncements
{
    private const string Threshold = "sync_threshold";
    private const string Period = "sync_refresh_period";

    /// <summary>The parameters that the sync daemon's refresh period stands for; none where they are left as they are.</summary>
    public static IReadOnlyList<IpvsParameterSetting> ParametersOf(HaConfiguration configuration)
    {
        if (configuration.SyncDaemon?.RefreshPeriod is not { } period || SetByHand(configuration) is not null) return [];
        return [new IpvsParameterSetting(Threshold, "0 0"), new IpvsParameterSetting(Period, $"{(long)period.TotalSeconds}")];
    }

    /// <summary>The first of these parameters that the configuration names itself; null: it names none.</summary>
    public static IpvsParameterSetting? SetByHand(HaConfiguration configuration) =>
        configuration.Ipvs.Parameters.FirstOrDefault(p => p.Name is Threshold or Period);
}
