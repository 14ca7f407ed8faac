using System.Buffers.Binary;
using HaTools.Engine.Checks;
using HaTools.Engine.Checks.Datagrams;
using HaTools.Linux;

namespace HaTools.Engine.Tests.Checks.Datagrams;

/// <summary>Echo requests, and which replies count: without a socket.</summary>
public sealed class PingProbeTests
{
    public static TheoryData<int, int> Sockets => new() { { 4, Libc.SOCK_DGRAM }, { 4, Libc.SOCK_RAW }, { 6, Libc.SOCK_DGRAM }, { 6, Libc.SOCK_RAW } };

    [Theory]
    [MemberData(nameof(Sockets))]
    public void A_request_is_one_of_RFC_792_or_RFC_4443(int version, int type)
    {
        PingProbe probe = Probe(version, type);
        Assert.Equal(ProbeStep.Write, probe.Begin(0));
        byte[] request = probe.Output.ToArray();
        Assert.Equal(version == 4 ? 8 : 128, request[0]);
        Assert.Equal(0, request[1]);
        Assert.Equal(136, request.Length);
        Assert.StartsWith("HaTools check - HaTools", System.Text.Encoding.ASCII.GetString(request.AsSpan(8)), StringComparison.Ordinal);

        // The sum of all words with the checksum is all ones (RFC 1071).
        if (version == 4) Assert.True(EchoPeer.IsIntact(request));
        else Assert.Equal(0, BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(2)));
    }

    [Theory]
    [MemberData(nameof(Sockets))]
    public void Each_try_has_a_number_of_its_own_and_the_reply_to_an_earlier_one_is_passed_over(int version, int type)
    {
        PingProbe probe = Probe(version, type);
        _ = probe.Begin(0);
        byte[] late = Reply(probe, version, type);
        probe.End();
        _ = probe.Begin(0);
        Assert.Equal(ProbeStep.Read, probe.Received(late));
        Assert.Equal(ProbeStep.Good, probe.Received(Reply(probe, version, type)));
        probe.End();
        for (int i = 0; i < 0x10000; i++) _ = probe.Begin(0);
        Assert.Equal(ProbeStep.Good, probe.Received(Reply(probe, version, type)));
    }

    [Theory]
    [MemberData(nameof(Sockets))]
    public void What_is_no_reply_to_it_is_passed_over(int version, int type)
    {
        PingProbe probe = Probe(version, type);
        _ = probe.Begin(0);
        byte[] right = Reply(probe, version, type);
        int start = right.Length - probe.Output.Length;
        Assert.Equal(ProbeStep.Read, probe.Received([]));
        Assert.Equal(ProbeStep.Read, probe.Received(right.AsSpan(0, start + 7)));
        Assert.Equal(ProbeStep.Read, probe.Received(Altered(m => m[0] = (byte)(version == 4 ? 8 : 128))));
        Assert.Equal(ProbeStep.Read, probe.Received(Altered(m => m[0] = (byte)(version == 4 ? 129 : 0))));
        Assert.Equal(ProbeStep.Read, probe.Received(Altered(m => m[1] = 1)));
        Assert.Equal(ProbeStep.Read, probe.Received(Altered(m => m[7] ^= 1)));
        Assert.Equal(ProbeStep.Read, probe.Received(Altered(m => m[6] ^= 1)));

        // The kernel puts an identifier of its own in its place, and hears replies to that alone.
        Assert.Equal(type == Libc.SOCK_RAW ? ProbeStep.Read : ProbeStep.Good, probe.Received(Altered(m => m[4] ^= 1)));
        Assert.Equal(type == Libc.SOCK_RAW ? ProbeStep.Read : ProbeStep.Good, probe.Received(Altered(m => m[5] ^= 1)));
        Assert.Equal(ProbeStep.Good, probe.Received(right));

        byte[] Altered(Action<byte[]> alter)
        {
            byte[] message = right[start..];
            alter(message);
            if (version == 4) EchoPeer.Sum(message);
            return [.. right[..start], .. message];
        }
    }

    [Fact]
    public void A_raw_socket_of_IPv4_reads_the_head_of_IP_too_and_what_is_broken()
    {
        PingProbe probe = Probe(4, Libc.SOCK_RAW);
        _ = probe.Begin(0);
        byte[] right = Reply(probe, 4, Libc.SOCK_RAW);
        byte[] broken = [.. right];
        broken[^1] ^= 1;
        Assert.Equal(ProbeStep.Read, probe.Received(broken));
        Assert.Equal(ProbeStep.Read, probe.Received(right.AsSpan(0, right.Length - 2)));
        Assert.Equal(ProbeStep.Read, probe.Received(right.AsSpan(0, 19)));
        Assert.Equal(ProbeStep.Read, probe.Received([0x44, .. right[1..]]));
        Assert.Equal(ProbeStep.Read, probe.Received([0x4f, .. right[1..30]]));

        // With options.
        Assert.Equal(ProbeStep.Good, probe.Received([0x46, .. right[1..20], 1, 1, 1, 0, .. right[20..]]));
        Assert.Equal(ProbeStep.Good, probe.Received(right));
    }

    [Theory]
    [MemberData(nameof(Sockets))]
    public void Whatever_comes_it_throws_nothing_and_only_the_right_reply_is_good(int version, int type)
    {
        var random = new Random(13);
        PingProbe probe = Probe(version, type);
        _ = probe.Begin(0);
        byte[] right = Reply(probe, version, type);
        int start = right.Length - probe.Output.Length;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = random.Next(2) == 0 ? new byte[random.Next(60)] : [.. right];
            if (bytes.Length < right.Length) random.NextBytes(bytes);
            else for (int n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            if (probe.Received(bytes) != ProbeStep.Good) continue;

            // What is not looked at: the data, the checksum that the kernel has looked at, the identifier that it has chosen, and of IP's head all but its length.
            Assert.Equal(right.Length, bytes.Length);
            Assert.Equal((right[start], right[start + 1]), (bytes[start], bytes[start + 1]));
            Assert.Equal(right[(start + 6)..(start + 8)], bytes[(start + 6)..(start + 8)]);
            if (type == Libc.SOCK_RAW) Assert.Equal(right[(start + 4)..(start + 6)], bytes[(start + 4)..(start + 6)]);
        }

        Assert.Equal(ProbeStep.Good, probe.Received(right));
    }

    [Fact]
    public void A_try_allocates_nothing()
    {
        PingProbe probe = Probe(4, Libc.SOCK_DGRAM);
        byte[] reply = new byte[136];
        Allocations.None(() =>
        {
            _ = probe.Begin(0);
            probe.Output.CopyTo(reply);
            reply[0] = 0;
            bool isGood = probe.Received(reply) == ProbeStep.Good;
            probe.End();
            Assert.True(isGood);
        });
    }

    private static PingProbe Probe(int version, int type)
    {
        var probe = new PingProbe(version == 4 ? Libc.AF_INET : Libc.AF_INET6);
        probe.Open(type);
        return probe;
    }

    /// <summary>What the socket reads when the request has been answered.</summary>
    private static byte[] Reply(PingProbe probe, int version, int type)
    {
        byte[] message = EchoPeer.Reply(probe.Output, version);
        return version == 4 && type == Libc.SOCK_RAW ? [0x45, .. new byte[19], .. message] : message;
    }
}
