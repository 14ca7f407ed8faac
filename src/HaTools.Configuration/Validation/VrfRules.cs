using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>
/// Rules of an instance that has a VRF in place of an interface: what an interface would say (where adverts leave, from which address, where the virtual
/// addresses stand) it has to say itself.
/// </summary>
internal static class VrfRules
{
    public static void Check(RuleFindings findings, ModelPath path, VrrpInstance instance, string vrf)
    {
        ModelPath place = path.Key("vrf");
        CommonRules.Interface(findings, place, vrf);
        if (instance.Interface != vrf)
            findings.Error("Contradiction", place, vrf,
                $"`{instance.Name}` has the interface {instance.Interface}: that decides on the VRF. `vrf` is for an instance without one.");
        if (instance.UnicastPeers.Count == 0 && !instance.UnicastFaultNoPeer)
            findings.Error("UnicastOnly", place, vrf, "Adverts in a VRF, on no interface in particular, go by unicast: it needs `unicastPeers`, or an interface.");
        if (instance.SourceAddress is null)
            findings.Error("MissingValue", place, vrf, $"A VRF has no address that adverts could come from: `{instance.Name}` needs a `sourceAddress`.");
        if (instance.VirtualInterface is not null)
            findings.Error("Contradiction", place, vrf, "A virtual MAC address or an ipvlan stands on an interface, not on a VRF.");
        foreach (IPAddress address in instance.UnicastPeers.Select(p => p.Address).Append(instance.SourceAddress).OfType<IPAddress>())
        {
            if (address.IsIPv6LinkLocal)
                findings.Error("NeedsInterface", place, $"{address}", $"`{address}` is an address of one link: `{instance.Name}` needs an interface.");
        }

        CheckDevices(findings, path, "virtualAddresses", instance.VirtualAddresses, vrf);
        CheckDevices(findings, path, "excludedAddresses", instance.ExcludedAddresses, vrf);
    }

    private static void CheckDevices(RuleFindings findings, ModelPath path, string list, ValueList<VirtualAddress> addresses, string vrf)
    {
        for (int i = 0; i < addresses.Count; i++)
        {
            if (addresses[i].Device is null)
                findings.Error("NeedsInterface", path.Element(list, i), $"{addresses[i]}",
                    $"`{addresses[i].Address}` needs an interface of the VRF {vrf} to stand on (`device`, in keepalived.conf `dev`).");
        }
    }
}
