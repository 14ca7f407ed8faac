using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of virtual MAC interfaces and ipvlans, and of addresses that accept nothing.</summary>
internal static class VirtualInterfaceRules
{
    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        CheckNode(findings, configuration);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (VrrpInstance instance in configuration.VrrpInstances) names.TryAdd(instance.Interface, $"the interface of `{instance.Name}`");
        var macs = new Dictionary<(string, PhysicalAddress), string>();
        var modes = new Dictionary<string, (IpvlanMode Mode, string Name)>(StringComparer.Ordinal);
        var kinds = new Dictionary<string, (VirtualInterfaceKind Kind, string Name)>(StringComparer.Ordinal);
        HashSet<IPAddress> served = [.. ServicePlaces.Of(configuration).Select(s => s.Address).OfType<IPAddress>()];
        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
        {
            VrrpInstance instance = configuration.VrrpInstances[i];
            var path = new ModelPath("vrrpInstances", i);
            CheckAccept(findings, path, instance, served);
            if (instance.VirtualInterface is not { } own) continue;
            ModelPath place = path with { Property = "virtualInterface" };
            if (own.Name is { } name)
            {
                CommonRules.Interface(findings, place, name);
                if (!names.TryAdd(name, $"the virtual interface of `{instance.Name}`"))
                    findings.Error("DuplicateName", place, name, $"`{name}` is {names[name]} already: the virtual interface needs a name of its own.");
            }

            CheckKind(findings, place, instance, own, kinds);
            if (own.Kind == VirtualInterfaceKind.Macvlan) CheckMacvlan(findings, place, instance, own, macs);
            else CheckIpvlan(findings, place, instance, own, modes);
        }
    }

    private static void CheckNode(RuleFindings findings, HaConfiguration configuration)
    {
        Prefix("virtualMacPrefix", configuration.VirtualMacPrefix);
        if (configuration.VirtualMacAddressPrefix is { } prefix) Prefix("virtualMacAddressPrefix", prefix);

        void Prefix(string property, string text)
        {
            bool isName = text.Length > 0 && !text.Any(c => c is '/' or ':' || char.IsWhiteSpace(c)) && Encoding.UTF8.GetByteCount(text) == text.Length;
            if (!isName)
                findings.Error("InvalidName", new ModelPath(property), text, $"`{text}` can begin no interface's name: no blank, `/` or `:`.");
        }
    }

    // Either kind takes all that its parent receives (netdev_rx_handler_register), and an interface has one place for that: EBUSY.
    private static void CheckKind(
        RuleFindings findings, ModelPath path, VrrpInstance instance, VirtualInterface own, Dictionary<string, (VirtualInterfaceKind Kind, string Name)> kinds)
    {
        if (kinds.TryAdd(instance.Interface, (own.Kind, instance.Name)) || kinds[instance.Interface].Kind == own.Kind) return;
        (VirtualInterfaceKind kind, string other) = kinds[instance.Interface];
        findings.Error("MixedVirtualInterfaces", path, instance.Interface,
            $"An interface carries macvlans or ipvlans, not both: on {instance.Interface}, `{other}` has {Plural(kind)}, and `{instance.Name}` asks for {Plural(own.Kind)}. "
            + "Give one of them another interface, or both the same kind.");

        static string Plural(VirtualInterfaceKind kind) => kind == VirtualInterfaceKind.Macvlan ? "macvlans (use_vmac)" : "ipvlans (use_ipvlan)";
    }

    private static void CheckMacvlan(
        RuleFindings findings, ModelPath path, VrrpInstance instance, VirtualInterface own, Dictionary<(string, PhysicalAddress), string> macs)
    {
        if (own.Address is not null || own.PrefixLength is not null || own.Mode != IpvlanMode.Bridge)
            findings.Error("NotForMacvlan", path, null, "An address and a mode belong to an ipvlan; a macvlan speaks with its parent's address.");
        if (instance.UnicastPeers.Count > 0 && !own.TransmitOnBase)
            findings.Error("TransmitOnBase", path, null,
                "Unicast adverts come from the interface's own address, and so cannot come from the virtual MAC address: set `transmitOnBase`.");
        if (own.MacAddress is not { } mac) return;
        byte[] bytes = mac.GetAddressBytes();
        string text = Networks.Format(mac);
        if (bytes.Length != 6 || (bytes[0] & 1) != 0)
            findings.Error("InvalidMacAddress", path, text, $"`{text}` can be no interface's address: six bytes, not a multicast one.");
        else if (!macs.TryAdd((instance.Interface, mac), instance.Name))
            findings.Error("DuplicateMacAddress", path, text,
                $"`{macs[(instance.Interface, mac)]}` has the MAC address {text} on {instance.Interface} already: each virtual router needs its own.");
    }

    private static void CheckIpvlan(
        RuleFindings findings, ModelPath path, VrrpInstance instance, VirtualInterface own, Dictionary<string, (IpvlanMode Mode, string Name)> modes)
    {
        if (own.MacAddress is not null || own.TransmitOnBase)
            findings.Error("NotForIpvlan", path, null, "An ipvlan has its parent's MAC address, and its adverts leave from itself.");
        if (own.Address is { } address)
        {
            if (Networks.FamilyOf(address) != instance.AddressFamily)
                findings.Error("AddressFamilyMismatch", path, $"{address}", $"The ipvlan's address is not of IPv{instance.AddressFamily}, as the instance is.");
            CommonRules.Range(findings, path, own.PrefixLength ?? 0, 0, Networks.HostPrefix(address), "prefix length");
        }
        else if (instance.AddressFamily == 4)
        {
            findings.Error("MissingValue", path, null, "An ipvlan of IPv4 needs an address of its own, which adverts come from: `use_ipvlan ADDRESS`.");
        }

        if (modes.TryAdd(instance.Interface, (own.Mode, instance.Name)) || modes[instance.Interface].Mode == own.Mode) return;
        (IpvlanMode mode, string other) = modes[instance.Interface];
        findings.Error("IpvlanMode", path, null,
            $"The kernel has one mode for all ipvlans of {instance.Interface}, and `{other}` asks for {mode.ToString().ToLowerInvariant()}.");
    }

    private static void CheckAccept(RuleFindings findings, ModelPath path, VrrpInstance instance, HashSet<IPAddress> served)
    {
        if (instance.Accept || instance.Priority == 255) return;
        IPAddress? service = instance.VirtualAddresses.Concat(instance.ExcludedAddresses).Select(a => a.Address).FirstOrDefault(served.Contains);
        if (service is null) return;
        findings.Warning("RefusedService", path with { Property = "accept" }, $"{service}",
            $"`{instance.Name}` accepts no packets to its addresses, and {service} has a virtual server: nobody will reach it.");
    }
}
