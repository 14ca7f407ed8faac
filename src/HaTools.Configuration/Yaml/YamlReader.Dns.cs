namespace HaTools.Configuration.Yaml;

// DNS checks.
internal static partial class YamlReader
{
    private static DnsCheck Dns(YamlMapReader keys)
    {
        DnsCheck usual = Connecting(keys, new DnsCheck());
        return usual with
        {
            RecordType = keys.Enumeration<DnsRecordType>("recordType", "type of records") ?? usual.RecordType,
            Name = keys.String("name") ?? usual.Name,
            Transport = keys.Enumeration<DnsTransport>("transport", "transport of DNS") ?? usual.Transport,
        };
    }
}
