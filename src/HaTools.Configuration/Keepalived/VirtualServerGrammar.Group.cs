using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary><c>virtual_server group</c>: what it is found by, and how keepalived repairs it.</summary>
internal static partial class VirtualServerGrammar
{
    private static VirtualServer? OfGroup(ConfReading reading, ConfStatement statement, ServiceDraft draft, IReadOnlyList<VirtualServerGroup> groups)
    {
        if (statement.Argument(2) is not { } name)
        {
            reading.Error("MissingValue", statement.Words[1], "`virtual_server group` needs the group's name.");
            return null;
        }

        var service = new VirtualServer { Group = name.Text };
        if (groups.FirstOrDefault(g => g.Name == name.Text) is not { } group || group.Members.Any(m => m.Address is not null))
            return service with { Protocol = Protocol(reading, statement, draft) };
        if (draft.ProtocolGiven is { } protocol)
            reading.Warning("NoEffect", protocol, $"The group `{name.Text}` has nothing but firewall marks, and these take every protocol: keepalived ignores this, and so do we.");
        return service;
    }

    private static VirtualServer RepairedGroup(ConfReading reading, ConfStatement statement, ServiceDraft draft, VirtualServer service, IReadOnlyList<VirtualServerGroup> groups)
    {
        if (groups.FirstOrDefault(g => g.Name == service.Group) is not { } group) return service;
        ConfWord name = statement.Words[2];
        bool hasAddresses = group.Members.Any(m => m.Address is not null);
        if (draft.OnePacket is { } onePacket && hasAddresses && service.Protocol != TransportProtocol.Udp)
        {
            reading.Warning("NoEffect", onePacket, "`ops` is for UDP, or with a firewall mark: keepalived ignores it elsewhere, and so do we.");
            service = service with { OnePacket = false };
        }

        if (draft.HaSuspend is { } suspend && group.Members.Any(m => m.FirewallMark is not null))
        {
            reading.Warning("NoEffect", suspend, $"The group `{name.Text}` has firewall marks, and these no address that could be on this host or not: keepalived ignores this, and so do we.");
            service = service with { HaSuspend = false };
        }

        if (draft.Granularity is { } granularity)
        {
            IPAddress? first = group.Members.Select(m => m.Address).FirstOrDefault(a => a is not null);
            service = service with
            {
                PersistenceNetmask = Netmask(reading, granularity, first is null ? service.Family == 6 : Networks.FamilyOf(first) == 6),
                Persistence = service.Persistence ?? UsualPersistence,
            };
            if (draft.Persistence is null) reading.Warning("PersistenceImplied", granularity, "`persistence_granularity` without `persistence_timeout` is persistence for 360 s, as in keepalived.");
        }

        if (service.Persistence is not null || !group.Members.Any(m => m is { FirewallMark: null, Port: 0 })) return service;
        reading.Warning("ZeroPort", name, $"The group `{name.Text}` has services of every port (0): all of it is persistent, for 360 s where it does not say so itself, as in keepalived.");
        return service with { Persistence = UsualPersistence };
    }
}
