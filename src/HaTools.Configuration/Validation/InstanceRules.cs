using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of VRRP instances.</summary>
internal static class InstanceRules
{
    private static readonly TimeSpan ShortestVersion3 = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestVersion3 = TimeSpan.FromMilliseconds(40_950);

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var routers = new Dictionary<(string, int), string>();
        var addresses = new Dictionary<IPAddress, string>();
        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
        {
            VrrpInstance instance = configuration.VrrpInstances[i];
            var path = new ModelPath("vrrpInstances", i);
            CommonRules.Name(findings, path, instance.Name, "VRRP instance's name");
            if (!names.Add(instance.Name))
                findings.Error("DuplicateName", path, instance.Name, $"There is a VRRP instance `{instance.Name}` already.");
            CommonRules.Interface(findings, path with { Property = "interface" }, instance.Interface);
            CheckRouterId(findings, path with { Property = "virtualRouterId" }, instance, routers);
            CommonRules.Range(findings, path with { Property = "priority" }, instance.Priority, 1, 255, "priority");
            CheckVersion(findings, path, instance);
            CheckAddresses(findings, path, instance, addresses);
            CommonRules.Range(findings, path with { Property = "garpRepeat" }, instance.GarpRepeat, 1, 255, "number of gratuitous ARPs");
            CommonRules.Time(findings, path with { Property = "garpDelay" }, instance.GarpDelay, true, "delay");
        }
    }

    private static void CheckRouterId(RuleFindings findings, ModelPath path, VrrpInstance instance,
        Dictionary<(string, int), string> routers)
    {
        CommonRules.Range(findings, path, instance.VirtualRouterId, 1, 255, "virtual router id");
        if (routers.TryAdd((instance.Interface, instance.VirtualRouterId), instance.Name)) return;
        string other = routers[(instance.Interface, instance.VirtualRouterId)];
        findings.Error("DuplicateVirtualRouterId", path, $"{instance.VirtualRouterId}",
            $"`{other}` and `{instance.Name}` both use virtual router id {instance.VirtualRouterId} on interface {instance.Interface}.");
    }

    private static void CheckVersion(RuleFindings findings, ModelPath path, VrrpInstance instance)
    {
        CommonRules.Range(findings, path with { Property = "version" }, instance.Version, 2, 3, "VRRP version");
        TimeSpan interval = instance.AdvertisementInterval;
        ModelPath intervalPath = path with { Property = "advertisementInterval" };
        string text = Durations.Format(interval);
        if (instance.Version == 2 && (interval < TimeSpan.FromSeconds(1) || interval > TimeSpan.FromSeconds(255)
            || interval.Ticks % TimeSpan.TicksPerSecond != 0))
            findings.Error("ValueOutOfRange", intervalPath, text, $"{text} is no interval of VRRP version 2: whole seconds, 1 s to 255 s.");
        if (instance.Version == 3
            && (interval < ShortestVersion3 || interval > LongestVersion3 || interval.Ticks % (TimeSpan.TicksPerMillisecond * 10) != 0))
            findings.Error("ValueOutOfRange", intervalPath, text,
                $"{text} is no interval of VRRP version 3: whole centiseconds, 10 ms to 40.95 s.");
        if (instance.Authentication is not { } authentication) return;
        ModelPath place = path with { Property = "authentication" };
        if (instance.Version == 3)
            findings.Warning("AuthenticationIgnored", place, null, "VRRP version 3 has no authentication: it is ignored.");
        else if (authentication.Password.Length == 0)
            findings.Error("MissingValue", place, null, "The authentication needs a password.");
        else if (Encoding.UTF8.GetByteCount(authentication.Password) > 8)
            findings.Warning("PasswordCut", place, "********", "A password has 8 bytes on the wire; the rest is cut.");
    }

    private static void CheckAddresses(RuleFindings findings, ModelPath path, VrrpInstance instance,
        Dictionary<IPAddress, string> everywhere)
    {
        int count = instance.VirtualAddresses.Count;
        if (count == 0)
        {
            string message = $"`{instance.Name}` has no virtual address";
            if (instance.Version == 3) findings.Error("NoVirtualAddress", path, null, $"{message}; VRRP version 3 needs one.");
            else findings.Warning("NoVirtualAddress", path, null, $"{message}: it elects a master and has nothing to give it.");
        }
        // RFC 9568 section 5.2.5 and RFC 3768 section 5.3.5: the count is one byte.
        if (count > 255)
            findings.Error("TooManyAddresses", path, $"{count}", $"An advert lists up to 255 addresses; `{instance.Name}` has {count}.");
        var own = new HashSet<IPAddress>();
        for (int i = 0; i < count; i++)
        {
            VirtualAddress address = instance.VirtualAddresses[i];
            ModelPath place = path with { List = "virtualAddresses", Item = i };
            if (!own.Add(address.Address))
                findings.Error("DuplicateAddress", place, $"{address}", $"`{address.Address}` stands in `{instance.Name}` already.");
            else if (!everywhere.TryAdd(address.Address, instance.Name))
                findings.Warning("SharedAddress", place, $"{address}",
                    $"`{address.Address}` is an address of `{everywhere[address.Address]}` too: they may hold it against each other.");
            CheckAddress(findings, place, instance, address);
        }
    }

    private static void CheckAddress(RuleFindings findings, ModelPath path, VrrpInstance instance, VirtualAddress address)
    {
        if (address.Address.AddressFamily != AddressFamily.InterNetwork)
        {
            findings.Error("NotSupported", path, $"{address}", "IPv6 virtual addresses are not supported by this version of HaTools.");
            return;
        }
        byte first = address.Address.GetAddressBytes()[0];
        if (first is 0 or 127 or >= 224)
            findings.Error("InvalidAddress", path, $"{address}", $"`{address.Address}` can be no host's address.");
        CommonRules.Range(findings, path with { Property = "prefixLength" }, address.PrefixLength, 0, 32, "prefix length");
        if (address.Device is { } device) CommonRules.Interface(findings, path with { Property = "device" }, device);
        if (address.Broadcast is { AddressFamily: not AddressFamily.InterNetwork } broadcast)
            findings.Error("InvalidAddress", path with { Property = "broadcast" }, $"{broadcast}", $"`{broadcast}` is no IPv4 address.");
        if (address.Label is not { } label) return;
        string carrier = address.Device ?? instance.Interface;
        ModelPath place = path with { Property = "label" };
        if (Encoding.UTF8.GetByteCount(label) is 0 or > 15)
            findings.Error("InvalidLabel", place, label, $"`{label}` is no label: 1 to 15 characters. keepalived would drop the address.");
        else if (!label.StartsWith(carrier, StringComparison.Ordinal))
            findings.Warning("LabelWithoutDevice", place, label,
                $"A label begins with the interface's name ({carrier}); tools that know aliases will not find `{label}`.");
    }
}
