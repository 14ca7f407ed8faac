using System.Net;

namespace HaTools.Configuration;

/// <summary>Differences of the addresses of a real server of tunnels.</summary>
internal static class TunnelAddressDiff
{
    private const string Kind = "TunnelAddress";

    public static void Compare(List<HaChange> changes, Matched<IPAddress, TunnelAddress> matched)
    {
        foreach (TunnelAddress address in matched.Removed) ConfigurationDiff.Remove(changes, Kind, $"{address.Address}", $"{address}");
        foreach ((TunnelAddress old, TunnelAddress now) in matched.Kept)
        {
            var address = new PropertyDiff(changes, Kind, $"{now.Address}");
            address.Compare(nameof(TunnelAddress.Type), old.Type, now.Type);
            address.Compare(nameof(TunnelAddress.Port), old.Port, now.Port);
            address.Compare(nameof(TunnelAddress.OuterFamily), old.OuterFamily, now.OuterFamily);
        }

        foreach (TunnelAddress address in matched.Added) ConfigurationDiff.Add(changes, Kind, $"{address.Address}", $"{address}");
    }
}
