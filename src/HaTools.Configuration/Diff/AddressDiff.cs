using System.Net;

namespace HaTools.Configuration;

/// <summary>Differences of one list of addresses.</summary>
internal static class AddressDiff
{
    public static Matched<IPAddress, VirtualAddress> Match(ValueList<VirtualAddress> before, ValueList<VirtualAddress> after) =>
        Matched<IPAddress, VirtualAddress>.Match(before, after, a => a.Address);

    public static void Compare(PropertyDiff address, VirtualAddress before, VirtualAddress after)
    {
        address.Compare(nameof(VirtualAddress.PrefixLength), before.PrefixLength, after.PrefixLength);
        address.Compare(nameof(VirtualAddress.Device), before.Device, after.Device);
        address.Compare(nameof(VirtualAddress.Label), before.Label, after.Label);
        address.Compare(nameof(VirtualAddress.Scope), before.Scope, after.Scope);
        address.Compare(nameof(VirtualAddress.Broadcast), before.Broadcast, after.Broadcast);
        address.Compare(nameof(VirtualAddress.Peer), before.Peer, after.Peer);
        address.Compare(nameof(VirtualAddress.Options), before.Options, after.Options);
        address.Compare(nameof(VirtualAddress.Preferred), before.Preferred, after.Preferred);
        address.Compare(nameof(VirtualAddress.UseVirtualMac), before.UseVirtualMac, after.UseVirtualMac);
        address.Compare(nameof(VirtualAddress.NoTrack), before.NoTrack, after.NoTrack);
        address.Compare(nameof(VirtualAddress.TrackGroup), before.TrackGroup, after.TrackGroup);
    }
}
