namespace HaTools.Configuration.Yaml;

// Checks: what all have in common, and what each kind has.
internal sealed partial class YamlWriter
{
    private void Check(HealthCheck c)
    {
        text.Value("type", c.Kind);
        switch (c)
        {
            case TcpCheck tcp:
                ConnectingCheck(tcp, new TcpCheck());
                break;
            case HttpsCheck https:
                HttpsCheck(https, new HttpsCheck());
                break;
            case HttpCheck http:
                HttpCheck(http, new HttpCheck());
                break;
            case DnsCheck dns:
                Dns(dns);
                break;
            case SmtpCheck smtp:
                Smtp(smtp);
                break;
            case MiscCheck misc:
                Misc(misc);
                break;
            case FileCheck file:
                FollowFile(file);
                break;
            case BfdCheck bfd:
                FollowSession(bfd);
                break;
            case PingCheck ping:
                NetworkCheck(ping, new PingCheck());
                break;
            case UdpCheck udp:
                UdpCheck(udp, new UdpCheck());
                break;
            default:
                throw new ArgumentException($"The native language has no word for {c.GetType().Name}.", nameof(c));
        }
    }

    private void ConnectingCheck(ConnectingCheck c, ConnectingCheck usual)
    {
        NetworkCheck(c, usual);
        text.Value("connectPort", c.ConnectPort);
        text.Value("bindPort", c.BindPort);
    }

    private void NetworkCheck(NetworkCheck c, NetworkCheck usual)
    {
        Timed(c, usual);
        Time("connectTimeout", c.ConnectTimeout, usual.ConnectTimeout);
        Address("connectAddress", c.ConnectAddress);
        Address("bindAddress", c.BindAddress);
        text.Value("bindInterface", c.BindInterface);
        if (c.FirewallMark != usual.FirewallMark) Unsigned("firewallMark", c.FirewallMark);
    }

    private void Timed(TimedCheck c, TimedCheck usual)
    {
        Number("retry", c.Retry, usual.Retry);
        Time("delayBeforeRetry", c.DelayBeforeRetry, usual.DelayBeforeRetry);
        Time("delayLoop", c.DelayLoop, usual.DelayLoop);
        Time("warmup", c.Warmup, usual.Warmup);
        Alpha(c);
        Switch("logAllFailures", c.LogAllFailures, usual.LogAllFailures);
    }

    private void Alpha(HealthCheck c) => Switch("alpha", c.Alpha, usual: false);
}
