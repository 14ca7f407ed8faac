namespace HaTools.Configuration.Yaml;

// UDP checks.
internal sealed partial class YamlWriter
{
    private void UdpCheck(UdpCheck c, UdpCheck usual)
    {
        ConnectingCheck(c, usual);
        text.Value("payload", c.Payload);
        Switch("requireReply", c.RequireReply, usual.RequireReply);
        text.Value("reply", c.Reply);
        Number("minimumReplyLength", c.MinimumReplyLength, usual.MinimumReplyLength);
        text.Value("maximumReplyLength", c.MaximumReplyLength);
    }
}
