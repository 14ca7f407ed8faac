using HaTools.Configuration;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>Where a configuration wants servers to be drained, and IPVS's parameters here defeat it.</summary>
internal static class DrainCheck
{
    /// <summary>What there is to say, a sentence each. Of the parameters that the configuration does not set, those of this network namespace count.</summary>
    public static IReadOnlyList<string> Concerns(HaConfiguration configuration)
    {
        if (!configuration.VirtualServers.Any(s => s.Drain is not null)) return [];
        Dictionary<string, string> wanted = [];
        foreach (IpvsParameterSetting setting in configuration.Ipvs.Parameters) wanted[setting.Name] = setting.Value;

        // Where IPVS is not loaded yet it will begin with its defaults.
        var parameters = DrainParameters.Of(p => wanted.GetValueOrDefault(p.Name) ?? IpvsParameters.Read(p) ?? p.Default);
        return
        [
            .. configuration.VirtualServers.Where(s => s.Drain is not null)
                .SelectMany(s => ServicePlaces.Of(s, configuration.VirtualServerGroups).Take(1)
                    .SelectMany(p => DrainMeaning.Concerns(ManagedService.Of(p).Desired(), parameters)).Select(c => $"virtual_server {s.Id}: {c}")),
        ];
    }
}
