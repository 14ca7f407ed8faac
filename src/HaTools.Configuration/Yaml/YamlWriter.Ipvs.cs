namespace HaTools.Configuration.Yaml;

/// <summary>What holds for IPVS as a whole.</summary>
internal sealed partial class YamlWriter
{
    private void Ipvs(IpvsSettings ipvs)
    {
        Time("tcpTimeout", ipvs.TcpTimeout, null);
        Time("tcpFinTimeout", ipvs.TcpFinTimeout, null);
        Time("udpTimeout", ipvs.UdpTimeout, null);
    }
}
