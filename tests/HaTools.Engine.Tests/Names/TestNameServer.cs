using System.Collections.Concurrent;
using System.Net;
using HaTools.Engine.DnsWire;
using HaTools.Engine.Names;
using HaTools.Engine.Tests.Checks;
using HaTools.Engine.Tests.DnsWire;

namespace HaTools.Engine.Tests.Names;

/// <summary>A name server on the loopback that says what it is told to, for a second at most each time.</summary>
internal sealed class TestNameServer : IDisposable
{
    private readonly ConcurrentDictionary<NameQuestion, byte[][]> records = new();
    private readonly ConcurrentQueue<NameQuestion> asked = new();
    private readonly UdpPeer peer;

    public TestNameServer() => peer = UdpPeer.Answering(Answer);

    /// <summary>As a configuration names it.</summary>
    public string Place => peer.EndPoint.ToString();

    /// <summary>Whether it says nothing at all.</summary>
    public volatile bool IsSilent;

    /// <summary>What it was asked.</summary>
    public IReadOnlyCollection<NameQuestion> Asked => asked;

    public static ResolverSettings Settings(params TestNameServer[] servers) =>
        new() { NameServers = [.. servers.Select(s => s.Place)], Timeout = TimeSpan.FromMilliseconds(500), EmptyHold = TimeSpan.FromSeconds(2) };

    /// <summary>From now on a name has these addresses; none: it does not exist.</summary>
    public void Has(string name, params string[] addresses)
    {
        records[NameQuestion.Addresses(name, 4)] = [.. addresses.Select(a => Record(NameQuestion.A, IPAddress.Parse(a).GetAddressBytes()))];
    }

    /// <summary>From now on a name has these SRV records.</summary>
    public void Serves(string name, params ServiceRecord[] services) => records[new NameQuestion(name, NameQuestion.Srv)] =
    [
        .. services.Select(s => Record(NameQuestion.Srv, [(byte)(s.Priority >> 8), (byte)s.Priority, (byte)(s.Weight >> 8), (byte)s.Weight, (byte)(s.Port >> 8), (byte)s.Port, .. NameOf(s.Target)])),
    ];

    public void Dispose() => peer.Dispose();

    private static byte[] Record(int type, byte[] data)
    {
        byte[] record = DnsReply.Record(DnsReply.SameName, type, data);
        record[DnsReply.SameName.Length + 7] = 1;
        return record;
    }

    private static byte[] NameOf(string name)
    {
        byte[] buffer = new byte[DnsName.Longest];
        return buffer[..DnsName.Write(name, buffer)];
    }

    private IEnumerable<byte[]> Answer(byte[] query)
    {
        byte[] name = new byte[DnsName.Longest];
        int at = DnsMessage.HeaderLength;
        if (!DnsName.TryRead(query, ref at, name, out int length)) return [];
        List<string> labels = [];
        for (int i = 0; name[i] != 0; i += 1 + name[i]) labels.Add(System.Text.Encoding.ASCII.GetString(name, i + 1, name[i]));
        var question = new NameQuestion(string.Join('.', labels), query[at + 1]);
        asked.Enqueue(question);
        if (IsSilent) return [];

        // Without the extension, which it does not know.
        byte[] plain = DnsReply.Plain(query);
        return [records.TryGetValue(question, out byte[][]? known) && known.Length > 0 ? DnsReply.To(plain, 0, 0, known) : DnsReply.To(plain, 3)];
    }
}
