namespace HaTools.Configuration.Yaml;

/// <summary>Groups of addresses and firewall marks that services serve alike.</summary>
internal sealed partial class YamlWriter
{
    private void ServerGroup(VirtualServerGroup group)
    {
        text.Value("name", group.Name);
        text.List("members", group.Members, ServerGroupMember);
    }

    private void ServerGroupMember(VirtualServerGroupMember member)
    {
        Address("address", member.Address);
        Address("lastAddress", member.LastAddress);
        Number("port", member.Port, 0);
        Unsigned("firewallMark", member.FirewallMark);
        text.Value("family", member.Family);
    }
}
