namespace HaTools.Configuration.Yaml;

// UDP checks.
internal static partial class YamlReader
{
    private static UdpCheck Udp(YamlMapReader keys)
    {
        UdpCheck usual = Connecting(keys, new UdpCheck());
        return usual with
        {
            Payload = keys.String("payload"),
            RequireReply = keys.Boolean("requireReply") ?? usual.RequireReply,
            Reply = keys.String("reply"),
            MinimumReplyLength = keys.Integer("minimumReplyLength") ?? usual.MinimumReplyLength,
            MaximumReplyLength = keys.Integer("maximumReplyLength"),
        };
    }
}
