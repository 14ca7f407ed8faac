namespace HaTools.Configuration;

/// <summary>Compares what UDP checks send and want to hear.</summary>
internal static class UdpCheckDiff
{
    public static void Compare(PropertyDiff server, string name, UdpCheck before, UdpCheck after)
    {
        server.Compare($"{name}.Payload", before.Payload, after.Payload);
        server.Compare($"{name}.RequireReply", before.RequireReply, after.RequireReply);
        server.Compare($"{name}.Reply", before.Reply, after.Reply);
        server.Compare($"{name}.MinimumReplyLength", before.MinimumReplyLength, after.MinimumReplyLength);
        server.Compare($"{name}.MaximumReplyLength", before.MaximumReplyLength, after.MaximumReplyLength);
    }
}
