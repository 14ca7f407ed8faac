using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>Groups of addresses and firewall marks that services serve alike.</summary>
internal static partial class YamlReader
{
    private static VirtualServerGroup? ServerGroup(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "group of virtual servers";
        if (reading.ExpectMap(node, "A group of virtual servers") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.ServerGroup, path);
        string? name = keys.RequiredString("name", what);
        ValueList<VirtualServerGroupMember>? members = keys.Required("members", what) ? keys.Records("members", ServerGroupMember) : null;
        return name is null || members is null ? null : new VirtualServerGroup { Name = name, Members = members };
    }

    private static VirtualServerGroupMember? ServerGroupMember(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "member of a group of virtual servers";
        if (reading.ExpectMap(node, "A member of a group of virtual servers") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.ServerGroupMember, path);
        return new VirtualServerGroupMember
        {
            Address = keys.Address("address"),
            LastAddress = keys.Address("lastAddress"),
            Port = keys.Integer("port") ?? 0,
            FirewallMark = keys.Unsigned<uint>("firewallMark"),
            Family = keys.Integer("family"),
        };
    }
}
