using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of the addresses of instances; <see cref="NetworkRules"/> has those of their options.</summary>
internal sealed class AddressRules(RuleFindings findings, HaConfiguration configuration)
{
    private readonly Dictionary<AddressPlace, string> everywhere = [];
    private readonly Dictionary<AddressPlace, int> statics = Statics(configuration.StaticAddresses);

    public void Check(ModelPath path, VrrpInstance instance)
    {
        int count = instance.VirtualAddresses.Count;
        if (count == 0 && !instance.NoVirtualAddress)
        {
            string message = $"`{instance.Name}` has no virtual address";
            if (instance.Version == 3 || instance.Strict)
                findings.Error("NoVirtualAddress", path, null, $"{message}; {(instance.Version == 3 ? "VRRP version 3" : "strict mode")} needs one.");
            else findings.Warning("NoVirtualAddress", path, null, $"{message}: it elects a master and has nothing to give it.");
        }
        if (count > 0 && instance.NoVirtualAddress) ElectionRules.NoEffect(findings, path, "noVirtualAddress", "there are virtual addresses");
        // RFC 9568 section 5.2.5 and RFC 3768 section 5.3.5: the count is one byte.
        if (count > 255)
            findings.Error("TooManyAddresses", path, $"{count}", $"An advert lists up to 255 addresses; `{instance.Name}` has {count}.");
        var own = new HashSet<IPAddress>();
        CheckList(path, instance, "virtualAddresses", instance.VirtualAddresses, own);
        CheckList(path, instance, "excludedAddresses", instance.ExcludedAddresses, own);
        for (int i = 0; i < count; i++)
        {
            IPAddress address = instance.VirtualAddresses[i].Address;
            if (Networks.FamilyOf(address) != instance.AddressFamily)
                findings.Error("AddressFamilyMismatch", path.Element("virtualAddresses", i), $"{address}",
                    $"`{instance.Name}` advertises IPv{instance.AddressFamily} addresses; `{address}` may stand among the excluded ones.");
        }
    }

    private void CheckList(ModelPath path, VrrpInstance instance, string list, ValueList<VirtualAddress> addresses, HashSet<IPAddress> own)
    {
        for (int i = 0; i < addresses.Count; i++)
        {
            VirtualAddress address = addresses[i];
            ModelPath place = path.Element(list, i);
            bool isNew = own.Add(address.Address);
            if (!isNew)
                findings.Error("DuplicateAddress", place, $"{address}", $"`{address.Address}` stands in `{instance.Name}` already.");
            string carrier = address.Device ?? instance.Interface;
            AddressPlace where = AddressPlace.Of(address.Address, carrier);
            if (isNew && !everywhere.TryAdd(where, instance.Name))
                findings.Warning("SharedAddress", place, $"{address}",
                    $"`{address.Address}` is an address of `{everywhere[where]}` too: they may hold it against each other.");
            if (statics.TryGetValue(where, out int other)) CheckStatic(place, instance, address, other);
            CheckAddress(place, address, carrier);
        }
    }

    /// <summary>
    /// Whoever is not master holds it all the same then, and both answer for it. On the loopback interface this is how a real server of direct routing
    /// has its service's address, which others must be kept from hearing of.
    /// </summary>
    private void CheckStatic(ModelPath path, VrrpInstance instance, VirtualAddress address, int index)
    {
        var other = new ModelPath("staticAddresses", index);
        string device = configuration.StaticAddresses[index].Device ?? "";
        if (device == "lo")
        {
            findings.Warning("StaticAndVirtual", path, $"{address}",
                $"`{address.Address}` is a static address of lo, too: a backup answers for it, unless arp_ignore (arp_announce) or a firewall keeps it from that.", other);
            return;
        }

        findings.Error("StaticAndVirtual", path, $"{address}",
            $"`{address.Address}` follows the mastership of `{instance.Name}` and is a static address{(device.Length == 0 ? "" : $" of {device}")}, too: "
            + "a backup would hold it beside the master.", other);
    }

    private static Dictionary<AddressPlace, int> Statics(ValueList<VirtualAddress> addresses)
    {
        Dictionary<AddressPlace, int> places = [];
        for (int i = 0; i < addresses.Count; i++) places.TryAdd(AddressPlace.Of(addresses[i].Address, addresses[i].Device ?? ""), i);
        return places;
    }

    private void CheckAddress(ModelPath path, VirtualAddress address, string carrier)
    {
        byte[] bytes = address.Address.GetAddressBytes();
        bool six = address.Address.AddressFamily == AddressFamily.InterNetworkV6;
        if (six ? bytes[0] == 0xff || IPAddress.IPv6Any.Equals(address.Address) || IPAddress.IPv6Loopback.Equals(address.Address)
            : bytes[0] is 0 or 127 or >= 224)
            findings.Error("InvalidAddress", path, $"{address}", $"`{address.Address}` can be no host's address.");
        CommonRules.Range(findings, path.Key("prefixLength"), address.PrefixLength, 0, six ? 128 : 32, "prefix length");
        if (address.Device is { } device) CommonRules.Interface(findings, path.Key("device"), device);
        if (address.Broadcast is { } broadcast && (six || broadcast.AddressFamily != AddressFamily.InterNetwork))
            findings.Error("InvalidAddress", path.Key("broadcast"), $"{broadcast}",
                six ? "An IPv6 address has no broadcast address." : $"`{broadcast}` is no IPv4 address.");
        if (address.Label is { } label) CheckLabel(path.Key("label"), label, carrier);
    }

    private void CheckLabel(ModelPath path, string label, string carrier)
    {
        if (Encoding.UTF8.GetByteCount(label) is 0 or > 15)
            findings.Error("InvalidLabel", path, label, $"`{label}` is no label: 1 to 15 characters. keepalived would drop the address.");
        else if (!label.StartsWith(carrier, StringComparison.Ordinal))
            findings.Warning("LabelWithoutDevice", path, label,
                $"A label begins with the interface's name ({carrier}); tools that know aliases will not find `{label}`.");
    }
}
