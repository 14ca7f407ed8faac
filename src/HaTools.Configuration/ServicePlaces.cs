using System.Buffers.Binary;
using System.Net;

namespace HaTools.Configuration;

/// <summary>
/// Which services of IPVS a virtual server is: itself, or one for each address and mark of its group, with the port that direct routing and tunnels leave as it is (keepalived's
/// <c>ipvs_group_cmd</c>). Pure.
/// </summary>
internal static class ServicePlaces
{
    /// <summary>How many services a group may be. keepalived has no limit, and a slip of the pen (<c>/8</c>) would have the kernel's table filled for hours.</summary>
    public const int MostOfGroup = 65536;

    /// <summary>All services of a configuration.</summary>
    public static IEnumerable<VirtualServer> Of(HaConfiguration configuration) => configuration.VirtualServers.SelectMany(s => Of(s, configuration.VirtualServerGroups));

    /// <summary>The services of one virtual server, in the group's order; none where it names a group that is not there, or is none.</summary>
    public static IEnumerable<VirtualServer> Of(VirtualServer server, IReadOnlyList<VirtualServerGroup> groups) => server.Group is not { } name ? [server]
        : groups.FirstOrDefault(g => g.Name == name) is { } group && IsSound(group) ? Of(server, group) : [];

    /// <summary>The services of a virtual server that names the group, which is sound.</summary>
    public static IEnumerable<VirtualServer> Of(VirtualServer server, VirtualServerGroup group)
    {
        int family = FamilyOf(server, group);
        Dictionary<int, VirtualServer> byPort = [];
        HashSet<int> marked = [];
        foreach (VirtualServerGroupMember member in group.Members)
        {
            if (server.GroupMark is { } own && CanBeMarked(member))
            {
                if (marked.Add(Networks.FamilyOf(member.Address!))) yield return OfMark(server, group, own, Networks.FamilyOf(member.Address!));
                continue;
            }

            int port = member.FirewallMark is null ? member.Port : 0;
            if (!byPort.TryGetValue(port, out VirtualServer? place)) byPort.Add(port, place = WithPort(server, port));
            if (member.FirewallMark is { } mark) yield return place with { FirewallMark = mark, Family = (member.Family ?? family) == 6 ? 6 : null };
            else foreach (IPAddress address in AddressesOf(member)) yield return place with { Address = address };
        }
    }

    /// <summary>The addresses of a virtual server, each with the service that serves it; a firewall mark that others set has none.</summary>
    public static IEnumerable<(IPAddress? Address, VirtualServer Place)> WithAddresses(VirtualServer server, IReadOnlyList<VirtualServerGroup> groups)
    {
        foreach (VirtualServer place in Of(server, groups))
        {
            if (place.Marked.Count == 0)
            {
                yield return (place.Address, place);
                continue;
            }

            int family = place.IsIPv6 ? 6 : 4;
            foreach (VirtualServerGroupMember member in groups.First(g => g.Name == server.Group).Members.Where(m => CanBeMarked(m) && Networks.FamilyOf(m.Address!) == family))
            {
                foreach (IPAddress address in AddressesOf(member)) yield return (address, place);
            }
        }
    }

    /// <summary>
    /// Whether a member's packets can be told by a mark. One of every port serves what no other service has, and IPVS looks for a mark before it looks for an address (ip_vs_ctl.c,
    /// <c>ip_vs_service_find</c>): it would take the packets of all others.
    /// </summary>
    public static bool CanBeMarked(VirtualServerGroupMember member) => member is { Address: not null, FirewallMark: null, Port: > 0 };

    /// <summary>Whether the ranges of a group are ranges, and its services are not too many.</summary>
    public static bool IsSound(VirtualServerGroup group)
    {
        UInt128 sum = 0;
        return group.Members.All(m => IsRange(m) && CountOf(m) <= MostOfGroup && (sum += CountOf(m)) <= MostOfGroup);
    }

    /// <summary>Whether a member's last address, where it has one, is of the family of its first, and not before it.</summary>
    public static bool IsRange(VirtualServerGroupMember member) =>
        member is not { Address: { } first, LastAddress: { } last } || (Networks.FamilyOf(first) == Networks.FamilyOf(last) && Number(first) <= Number(last));

    private static UInt128 CountOf(VirtualServerGroupMember member) =>
        member is not { Address: { } first, LastAddress: { } last } ? 1 : Number(last) - Number(first) is var more && more == UInt128.MaxValue ? more : more + 1;

    private static IEnumerable<IPAddress> AddressesOf(VirtualServerGroupMember member)
    {
        if (member.Address is not { } first) yield break;
        UInt128 number = Number(first);
        int length = first.GetAddressBytes().Length;
        for (UInt128 left = CountOf(member); left > 0; left--, number++) yield return Address(number, length);
    }

    // 4 or 6: what marks of the group are of that do not say it.
    private static int FamilyOf(VirtualServer server, VirtualServerGroup group)
    {
        if (server.Family is { } said) return said;
        int[] known = [.. group.Members.Select(m => m.Address is { } address ? Networks.FamilyOf(address) : m.Family ?? 0).Where(f => f != 0).Distinct()];
        return known is [6] ? 6 : 4;
    }

    private static VirtualServer OfMark(VirtualServer server, VirtualServerGroup group, uint mark, int family) => WithPort(server, 0) with
    {
        FirewallMark = mark,
        Family = family == 6 ? 6 : null,
        Marked = group.Members.Where(m => CanBeMarked(m) && Networks.FamilyOf(m.Address!) == family).Select(m => $"{m}").ToValueList(),
    };

    private static VirtualServer WithPort(VirtualServer server, int port) => server with
    {
        Group = null,
        GroupMark = null,
        Family = null,
        Port = port,
        SorryServer = server.SorryServer is { } sorry ? WithPort(server, sorry, port) : null,
        RealServers = server.RealServers.Select(r => WithPort(server, r, port)).ToValueList(),
    };

    private static RealServer WithPort(VirtualServer service, RealServer server, int port) =>
        service.ForwardingTo(server) == ForwardingMethod.Nat || server.Port == port ? server : server with { Port = port };

    private static UInt128 Number(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static IPAddress Address(UInt128 number, int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(bytes[^length..]);
    }
}
