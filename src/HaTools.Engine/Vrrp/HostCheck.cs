using HaTools.Engine.VirtualInterfaces;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Vrrp;

/// <summary>What a start on this host would be refused for, for who asks beforehand.</summary>
internal static class HostCheck
{
    /// <summary>One sentence for each interface that VRRP needs and the host has not; none where they are waited for (<c>dynamic_interfaces</c>).</summary>
    /// <param name="configuration">A valid configuration.</param>
    /// <param name="links">The host's interfaces.</param>
    public static IReadOnlyList<string> MissingInterfaces(HaConfiguration configuration, IEnumerable<LinkInfo> links)
    {
        if (configuration.DynamicInterfaces) return [];
        var own = VirtualInterfacePlan.Make(configuration, VirtualInterfacePlan.None);
        HashSet<string> known = [.. links.Select(l => l.Name), .. own.Interfaces.Select(i => i.Name)];
        List<string> missing = [];
        foreach (VrrpInstance instance in configuration.VrrpInstances)
        {
            if (known.Add(instance.Interface)) Miss(instance.Interface, $"instance {instance.Name}");
            foreach (VirtualAddress address in instance.VirtualAddresses.Concat(instance.ExcludedAddresses))
            {
                if (address.Device is { } device && known.Add(device)) Miss(device, $"instance {instance.Name}, address {address}");
            }
        }

        return missing;

        void Miss(string name, string user) => missing.Add($"this host has no interface {name} ({user}): a start here is refused, and `dynamic_interfaces` waits for it");
    }
}
