namespace HaTools.Configuration.Yaml;

// DNS checks.
internal sealed partial class YamlWriter
{
    private void Dns(DnsCheck c)
    {
        var usual = new DnsCheck();
        ConnectingCheck(c, usual);
        Word("recordType", c.RecordType, usual.RecordType);
        Word("name", c.Name, usual.Name);
        Word("transport", c.Transport, usual.Transport);
    }
}
