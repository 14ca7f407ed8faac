using System.Buffers.Binary;

namespace HaTools.Vrrp.Tests.Packets;

/// <summary>Whatever comes in from the network: no exception, and everything is counted exactly once.</summary>
public class DecoderFuzzTests
{
    private const int Rounds = 50_000;

    private static readonly byte[][] Samples =
    [
        Wire.Advert(Wire.Instance(version: 2), "10.70.0.1"),
        Wire.Advert(Wire.Instance(version: 2) with { Authentication = Wire.Password("1111") }, "10.70.0.1"),
        Wire.Advert(Wire.Instance(), "10.70.0.1"),
        Wire.Advert(Wire.Instance() with { VirtualAddresses = Wire.Addresses("192.0.2.1", "192.0.2.2") }, "10.70.0.3"),
        Wire.Advert(Wire.Instance() with { ChecksumForm = VrrpChecksumForm.PseudoHeader }, "10.70.0.3"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_mutated_and_truncated_datagrams_are_counted_and_never_throw(int seed)
    {
        var random = new Random(seed);
        var router = new Scenario([Wire.Instance(version: 2), Wire.Instance() with { Name = "VI_2", Interface = "eth1" }]);
        router.Start(Scenario.Own);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] datagram = Next(random);
            VrrpRouter.PeekVirtualRouterId(datagram);
            router.Hear(datagram, 0);
            router.Hear(datagram, 1);
            router.Advance(random.Next(100) * Wire.Ms);
            router.Actions.Clear();
        }

        for (int i = 0; i < 2; i++)
        {
            InstanceCounters counters = router.Router[i].Counters;
            long refused = Enumerable.Range(0, RejectionCounts.Count).Select(r => (AdvertRejection)r)
                .Where(r => r is not (AdvertRejection.None or AdvertRejection.AddressList)).Sum(r => counters.Rejected.Of(r));
            Assert.Equal(Rounds, refused + counters.AdvertsReceived);
            // The fuzzer reaches the depth of the decoder, not only its first line.
            Assert.True(counters.AdvertsReceived > 100, $"only {counters.AdvertsReceived} were heard");
            AdvertRejection[] common =
                [AdvertRejection.TooShort, AdvertRejection.Checksum, AdvertRejection.Version, AdvertRejection.VirtualRouterId];
            foreach (AdvertRejection reason in common)
                Assert.True(counters.Rejected.Of(reason) > 0, $"{reason} was never met");
        }
    }

    private static byte[] Next(Random random)
    {
        if (random.Next(4) == 0)
        {
            byte[] noise = new byte[random.Next(80)];
            random.NextBytes(noise);
            return noise;
        }

        byte[] datagram = [.. Samples[random.Next(Samples.Length)]];
        for (int n = random.Next(3); n > 0; n--) datagram[random.Next(datagram.Length)] = (byte)random.Next(256);
        if (random.Next(4) == 0) datagram = datagram[..random.Next(datagram.Length + 1)];
        if (datagram.Length < 28) return datagram;
        if (random.Next(2) == 0)
        {
            // Right lengths and sums lead past the first checks.
            datagram[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)datagram.Length);
            Wire.FixMessage(datagram);
        }

        return datagram;
    }
}
