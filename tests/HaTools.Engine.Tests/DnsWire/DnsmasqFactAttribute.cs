using HaTools.Engine.Tests.Checks;

namespace HaTools.Engine.Tests.DnsWire;

/// <summary>A test that runs dnsmasq in a network namespace.</summary>
internal sealed class DnsmasqFactAttribute() : PeerFactAttribute(Program)
{
    public const string Program = "/usr/sbin/dnsmasq";
}
