using System.Net;

namespace HaTools.Configuration.Yaml;

/// <summary>IPVS services.</summary>
internal sealed partial class YamlWriter
{
    private void Service(VirtualServer s)
    {
        var usual = new VirtualServer { Address = IPAddress.None, Port = 1 };
        text.Value("address", s.Address.ToString());
        text.Value("port", s.Port);
        Word("protocol", s.Protocol, usual.Protocol);
        Word("scheduler", s.Scheduler, usual.Scheduler);
        Word("forwarding", s.Forwarding, usual.Forwarding);
        Time("persistence", s.Persistence, usual.Persistence);
        Time("delayLoop", s.DelayLoop, usual.DelayLoop);
        text.List("realServers", s.RealServers, Real);
    }

    private void Real(RealServer r)
    {
        var usual = new RealServer { Address = IPAddress.None, Port = 1 };
        text.Value("address", r.Address.ToString());
        text.Value("port", r.Port);
        Number("weight", r.Weight, usual.Weight);
        if (r.Check is { } check) text.Map("check", () => Check(check));
    }

    private void Check(HealthCheck c)
    {
        var usual = new TcpCheck();
        text.Value("type", c switch
        {
            TcpCheck => "tcp",
            _ => throw new ArgumentException($"The native language has no word for {c.GetType().Name}.", nameof(c)),
        });
        Number("retry", c.Retry, usual.Retry);
        Time("delayBeforeRetry", c.DelayBeforeRetry, usual.DelayBeforeRetry);
        Time("connectTimeout", c.ConnectTimeout, usual.ConnectTimeout);
        text.Value("connectAddress", c.ConnectAddress?.ToString());
        text.Value("connectPort", c.ConnectPort);
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
    }
}
