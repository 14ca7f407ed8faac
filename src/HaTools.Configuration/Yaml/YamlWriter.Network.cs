namespace HaTools.Configuration.Yaml;

/// <summary>Addresses, routes and rules.</summary>
internal sealed partial class YamlWriter
{
    private void Address(VirtualAddress a)
    {
        if (a == new VirtualAddress { Address = a.Address, PrefixLength = a.PrefixLength })
        {
            text.Item(a.ToString());
            return;
        }
        text.Value("address", a.ToString());
        Address("peer", a.Peer);
        text.Value("device", a.Device);
        text.Value("label", a.Label);
        Word("scope", a.Scope);
        Address("broadcast", a.Broadcast);
        Flags("options", a.Options);
        Switch("preferred", a.Preferred, null);
        Switch("useVirtualMac", a.UseVirtualMac, false);
        Switch("noTrack", a.NoTrack, false);
        text.Value("trackGroup", a.TrackGroup);
    }

    private void Route(RouteEntry r)
    {
        var usual = new RouteEntry();
        Word("kind", r.Kind, usual.Kind);
        text.Value("destination", r.Destination?.ToString() ?? "default");
        if (r.Family != YamlReader.ImpliedFamily(r)) text.Value("family", r.Family);
        Network("from", r.From);
        Address("preferredSource", r.PreferredSource);
        Address("gateway", r.Gateway);
        text.Value("device", r.Device);
        Switch("onLink", r.OnLink, usual.OnLink);
        text.List("nextHops", r.NextHops, NextHop);
        if (r.Encapsulation is { } encapsulation) text.Map("encapsulation", () => Encapsulation(encapsulation));
        Unsigned("table", r.Table);
        text.Value("vrf", r.Vrf);
        Number("tos", r.Tos, usual.Tos);
        text.Value("protocol", r.Protocol);
        text.Value("scope", r.Scope);
        Unsigned("metric", r.Metric);
        Word("preference", r.Preference);
        Time("expires", r.Expires, null);
        if (r.Metrics != usual.Metrics) text.Map("metrics", () => Metrics(r.Metrics));
        Unsigned("realms", r.Realms);
        Switch("ttlPropagate", r.TtlPropagate, null);
        Word("insertion", r.Insertion, usual.Insertion);
        Switch("noTrack", r.NoTrack, usual.NoTrack);
        text.Value("trackGroup", r.TrackGroup);
    }

    private void NextHop(RouteNextHop h)
    {
        var usual = new RouteNextHop();
        Address("gateway", h.Gateway);
        text.Value("device", h.Device);
        Number("weight", h.Weight, usual.Weight);
        Switch("onLink", h.OnLink, usual.OnLink);
        Unsigned("realms", h.Realms);
        if (h.Encapsulation is { } encapsulation) text.Map("encapsulation", () => Encapsulation(encapsulation));
    }

    private void Encapsulation(RouteEncapsulation e)
    {
        text.Value("family", e.Family);
        Unsigned("id", e.Id);
        Address("source", e.Source);
        Address("destination", e.Destination);
        text.Value("ttl", e.Ttl);
        text.Value("tos", e.Tos);
        text.Value("flags", e.Flags);
    }

    private void Metrics(RouteMetrics m)
    {
        Unsigned("mtu", m.Mtu);
        Switch("lockMtu", m.LockMtu, RouteMetrics.None.LockMtu);
        Unsigned("hopLimit", m.HopLimit);
        Unsigned("advertisedMss", m.AdvertisedMss);
        Unsigned("rtt", m.Rtt);
        Unsigned("rttVariance", m.RttVariance);
        Unsigned("reordering", m.Reordering);
        Unsigned("window", m.Window);
        Unsigned("congestionWindow", m.CongestionWindow);
        Unsigned("slowStartThreshold", m.SlowStartThreshold);
        Unsigned("minimumRto", m.MinimumRto);
        Unsigned("initialCongestionWindow", m.InitialCongestionWindow);
        Unsigned("initialReceiveWindow", m.InitialReceiveWindow);
        Unsigned("features", m.Features);
        Switch("quickAck", m.QuickAck, null);
        text.Value("congestionControl", m.CongestionControl);
        Switch("fastOpenNoCookie", m.FastOpenNoCookie, null);
        Words("locked", m.Locked);
    }

    private void Rule(RuleEntry r)
    {
        var usual = new RuleEntry { Family = r.Family };
        if (r.Family != YamlReader.ImpliedFamily(r)) text.Value("family", r.Family);
        Unsigned("preference", r.Preference);
        Switch("not", r.Not, usual.Not);
        Network("from", r.From);
        Network("to", r.To);
        text.Value("inputInterface", r.InputInterface);
        text.Value("outputInterface", r.OutputInterface);
        Unsigned("mark", r.Mark);
        Unsigned("markMask", r.MarkMask);
        Number("tos", r.Tos, usual.Tos);
        Unsigned("tunnelId", r.TunnelId);
        Range("users", r.Users);
        Switch("l3MasterDevice", r.L3MasterDevice, usual.L3MasterDevice);
        text.Value("ipProtocol", r.IpProtocol);
        Range("sourcePorts", r.SourcePorts);
        Range("destinationPorts", r.DestinationPorts);
        Word("action", r.Action, usual.Action);
        Unsigned("table", r.Table);
        Unsigned("target", r.Target);
        text.Value("suppressPrefixLength", r.SuppressPrefixLength);
        Unsigned("suppressInterfaceGroup", r.SuppressInterfaceGroup);
        Unsigned("realms", r.Realms);
        text.Value("protocol", r.Protocol);
        Switch("noTrack", r.NoTrack, usual.NoTrack);
        text.Value("trackGroup", r.TrackGroup);
    }
}
