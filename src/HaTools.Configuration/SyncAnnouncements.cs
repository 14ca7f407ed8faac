using System.Globalization;

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

    /// <summary>How often a connection with packets is announced, as far as the configuration says it; zero: it does not.</summary>
    public static TimeSpan PeriodOf(HaConfiguration configuration)
    {
        IpvsParameterSetting? byHand = configuration.Ipvs.Parameters.FirstOrDefault(p => p.Name == Period);
        if (byHand is not null && int.TryParse(byHand.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
            return TimeSpan.FromSeconds(Math.Min(seconds, ModelRanges.MostRefreshSeconds));
        return SetByHand(configuration) is null ? configuration.SyncDaemon?.RefreshPeriod ?? TimeSpan.Zero : TimeSpan.Zero;
    }

    /// <summary>The first of these parameters that the configuration names itself; null: it names none.</summary>
    public static IpvsParameterSetting? SetByHand(HaConfiguration configuration) =>
        configuration.Ipvs.Parameters.FirstOrDefault(p => p.Name is Threshold or Period);
}
