using System.Net;
using System.Net.Sockets;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>What strict mode refuses: keepalived's list (keepalived.conf(5), vrrp_strict).</summary>
internal static class StrictRules
{
    public static void Check(RuleFindings findings, ModelPath path, VrrpInstance instance)
    {
        CheckFirstAddress(findings, path, instance);
        if (!instance.Strict) return;
        bool isOwner = instance.Priority == 255;
        Refuse(instance.NoVirtualAddress, "noVirtualAddress", "needs a virtual address");
        Refuse(instance.UnicastPeers.Count > 0, "unicastPeers", "goes by multicast");
        Refuse(instance.InitialState == VrrpInitialState.Master && !isOwner, "initialState", "begins as master with priority 255 alone");
        Refuse(instance.Authentication is not null, "authentication", "has no authentication");
        Refuse(instance.Hmac is { Mode: not VrrpHmacMode.Enforce }, "hmac.mode", "refuses adverts that are not signed");
        Refuse(instance.PreemptDelay > TimeSpan.Zero, "preemptDelay", "preempts without delay");
        Refuse(instance is { Accept: true, Version: 2 } && !isOwner, "accept", "takes packets to the addresses as the owner alone (RFC 3768)");
        Refuse((instance.GarpLowerPriorityRepeat ?? instance.GarpRepeat) != 0, "garpLowerPriorityRepeat", "announces nothing after an advert of lower priority");
        Refuse((instance.GarpLowerPriorityDelay ?? instance.GarpDelay) != TimeSpan.Zero, "garpLowerPriorityDelay", "announces nothing after an advert of lower priority");
        Refuse(!instance.LowerPriorityNoAdvert, "lowerPriorityNoAdvert", "leaves an advert of lower priority unanswered");
        Refuse(instance.HigherPrioritySendAdvert, "higherPrioritySendAdvert", "yields without an advert");
        Refuse(instance.VirtualInterface is { TransmitOnBase: true }, "virtualInterface.transmitOnBase", "sends with its virtual MAC address");
        Refuse(instance.VirtualInterface is { MacAddress: not null }, "virtualInterface.macAddress", "has the virtual MAC address of its id");
        Refuse(isOwner && !instance.OwnerIgnoreAdverts, "ownerIgnoreAdverts", "is deaf to adverts as the owner");
        Refuse(instance.DownTimerAdverts != 3, "downTimerAdverts", "waits for three intervals");

        void Refuse(bool broken, string property, string rule)
        {
            ModelPath place = property.Split('.').Aggregate(path, (p, key) => p.Key(key));
            if (broken) findings.Error("StrictMode", place, null, $"With `strict` a router {rule}.");
        }
    }

    // RFC 9568 section 5.2.9: over IPv6 the first address is the virtual router's link-local one.
    private static void CheckFirstAddress(RuleFindings findings, ModelPath path, VrrpInstance instance)
    {
        if (instance.VirtualAddresses.Count == 0 || instance.UnicastPeers.Count > 0) return;
        IPAddress first = instance.VirtualAddresses[0].Address;
        if (first.AddressFamily != AddressFamily.InterNetworkV6 || first.IsIPv6LinkLocal) return;
        const string rule = "Over IPv6 the first virtual address is a link-local one (RFC 9568 section 5.2.9)";
        ModelPath place = path.Element("virtualAddresses", 0);
        if (instance.Strict) findings.Error("StrictMode", place, $"{first}", $"{rule}.");
        else findings.Warning("FirstAddressNotLinkLocal", place, $"{first}", $"{rule}: it is sent as it is, as keepalived does.");
    }
}
