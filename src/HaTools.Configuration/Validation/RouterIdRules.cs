using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>
/// Virtual router ids are unique on an interface, in a family, and among those who hear each other: another multicast group is another world, as
/// are unicast peers that have none in common.
/// </summary>
internal static class RouterIdRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var met = new Dictionary<Place, string>();
        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
        {
            VrrpInstance instance = configuration.VrrpInstances[i];
            foreach (IPAddress where in Worlds(instance))
            {
                var place = new Place(instance.Interface, instance.VirtualRouterId, instance.AddressFamily, where);
                if (met.TryAdd(place, instance.Name)) continue;
                string other = met[place];
                findings.Error("DuplicateVirtualRouterId", new ModelPath("vrrpInstances", i).Key("virtualRouterId"), $"{instance.VirtualRouterId}",
                    $"`{other}` and `{instance.Name}` both use virtual router id {instance.VirtualRouterId} on interface {instance.Interface}.");
                break;
            }
        }
    }

    private static IEnumerable<IPAddress> Worlds(VrrpInstance instance) =>
        instance.UnicastPeers.Count > 0 ? instance.UnicastPeers.Select(p => p.Address).Distinct()
            : [instance.MulticastGroup ?? (instance.AddressFamily == 6 ? Networks.VrrpGroup6 : Networks.VrrpGroup4)];

    private sealed record Place(string Interface, int Id, int Family, IPAddress Where);
}
