namespace HaTools.Configuration.Yaml;

/// <summary>IPVS services.</summary>
internal sealed partial class YamlWriter
{
    private void Service(VirtualServer s)
    {
        var usual = new VirtualServer();
        Address("address", s.Address);
        if ((s.FirewallMark is null && s.Group is null) || s.Port != 0) text.Value("port", s.Port);
        Unsigned("firewallMark", s.FirewallMark);
        text.Value("group", s.Group);
        text.Value("family", s.Family);
        Word("protocol", s.Protocol, usual.Protocol);
        Word("scheduler", s.Scheduler, Schedulers.UsualOf(s.Stateless));
        Flags("schedulerFlags", s.SchedulerFlags);
        Switch("onePacket", s.OnePacket, usual.OnePacket);
        Switch("stateless", s.Stateless, usual.Stateless);
        Word("forwarding", s.Forwarding, usual.Forwarding);
        if (s.Tunnel is { } tunnel) text.Map("tunnel", () => Tunnel(tunnel));
        Time("persistence", s.Persistence, usual.Persistence);
        Address("persistenceNetmask", s.PersistenceNetmask);
        text.Value("persistenceEngine", s.PersistenceEngine);
        Time("delayLoop", s.DelayLoop, usual.DelayLoop);
        Switch("haSuspend", s.HaSuspend, usual.HaSuspend);
        if (s.Drain != usual.Drain) text.Bare("drain", s.Drain is { } limit ? Durations.Format(limit) : "off");
        Number("quorum", s.Quorum, usual.Quorum);
        Number("hysteresis", s.Hysteresis, usual.Hysteresis);
        NotifyScript("quorumUp", s.QuorumUp);
        NotifyScript("quorumDown", s.QuorumDown);
        Switch("omega", s.Omega, usual.Omega);
        Switch("smtpAlert", s.SmtpAlert, null);
        if (s.SorryServer is { } sorry) text.Map("sorryServer", () => Real(sorry));
        text.List("realServers", s.RealServers, Real);
    }

    private void Real(RealServer r)
    {
        var usual = new RealServer { Port = 1 };
        Address("address", r.Address);
        text.Value("hostName", r.HostName);
        Word("records", r.Records, usual.Records);
        text.Value("family", r.Family);
        Number("mostAddresses", r.MostAddresses, usual.MostAddresses);
        if (r.Records != ServerRecords.Srv || r.Port != 0) text.Value("port", r.Port);
        Number("weight", r.Weight, usual.Weight);
        Word("forwarding", r.Forwarding);
        if (r.Tunnel is { } tunnel) text.Map("tunnel", () => Tunnel(tunnel));
        if (r.UpperThreshold != usual.UpperThreshold) Unsigned("upperThreshold", r.UpperThreshold);
        if (r.LowerThreshold != usual.LowerThreshold) Unsigned("lowerThreshold", r.LowerThreshold);
        Switch("inhibitOnFailure", r.InhibitOnFailure, usual.InhibitOnFailure);
        text.List("checks", r.Checks, Check);
        NotifyScript("notifyUp", r.NotifyUp);
        NotifyScript("notifyDown", r.NotifyDown);
        Switch("smtpAlert", r.SmtpAlert, null);
    }

    // The kind is always written: an empty map would be read as none.
    private void Tunnel(IpvsTunnel t)
    {
        text.Value("type", YamlEnum<TunnelType>.Format(t.Type));
        Number("port", t.Port, 0);
        Word("checksum", t.Checksum, TunnelChecksum.None);
    }

    private void SyncDaemon(IpvsSyncDaemon daemon)
    {
        text.Value("interface", daemon.Interface);
        text.Value("instance", daemon.Instance);
        text.Value("syncId", daemon.SyncId);
        text.Value("maximumLength", daemon.MaximumLength);
        Address("group", daemon.Group);
        text.Value("port", daemon.Port);
        text.Value("ttl", daemon.Ttl);
        if (daemon.RefreshPeriod != new IpvsSyncDaemon { Interface = "" }.RefreshPeriod)
            text.Bare("refreshPeriod", daemon.RefreshPeriod is { } period ? Durations.Format(period) : "off");
    }

    private void Tunnel(TunnelAddress t)
    {
        text.Value("address", t.Address.ToString());
        Word("type", t.Type, TunnelType.Ipip);
        text.Value("port", t.Port);
        text.Value("outerFamily", t.OuterFamily);
    }
}
