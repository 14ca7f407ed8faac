using HaTools.Vrrp.Bfd;
using HaTools.Vrrp.Tests.Packets;

namespace HaTools.Vrrp.Tests.Bfd;

public class BfdPacketTests
{
    private static readonly BfdPacket Sample = new()
    {
        Diagnostic = BfdDiagnostic.NeighbourSignalledSessionDown,
        State = BfdState.Init,
        Poll = true,
        Demand = true,
        DetectMultiplier = 5,
        MyDiscriminator = 0x01020304,
        YourDiscriminator = 0x05060708,
        DesiredMinTx = 1_000_000,
        RequiredMinRx = 10_000,
        RequiredMinEchoRx = 7,
    };

    [Fact]
    public void Rfc5880_4_1_the_packet_field_by_field()
    {
        Assert.Equal("23A20518" + "01020304" + "05060708" + "000F4240" + "00002710" + "00000007", Convert.ToHexString(Bytes(Sample)));
        Assert.Equal(BfdRejection.None, BfdPacket.TryDecode(Bytes(Sample), out BfdPacket decoded));
        Assert.Equal(Sample, decoded);
        BfdPacket answer = Sample with { Poll = false, Final = true, Demand = false, State = BfdState.Up };
        Assert.Equal(0xd0, Bytes(answer)[1]);
        BfdPacket.TryDecode(Bytes(answer), out decoded);
        Assert.Equal(answer, decoded);
    }

    [Fact]
    public void Rfc5880_6_8_6_what_must_be_discarded_is_discarded()
    {
        Assert.Equal(BfdRejection.TooShort, BfdPacket.TryDecode(Bytes(Sample).AsSpan(0, 23), out _));
        Assert.Equal(BfdRejection.Version, Changed(b => b[0] = 0x43));
        Assert.Equal(BfdRejection.Length, Changed(b => b[3] = 23));
        Assert.Equal(BfdRejection.Length, Changed(b => b[3] = 25));
        Assert.Equal(BfdRejection.Length, Changed(b => b[1] |= 4)); // the authentication bit, and no room for it
        Assert.Equal(BfdRejection.DetectMultiplier, Changed(b => b[2] = 0));
        Assert.Equal(BfdRejection.Multipoint, Changed(b => b[1] |= 1));
        Assert.Equal(BfdRejection.Discriminator, Changed(b => b.AsSpan(4, 4).Clear()));
        Assert.Equal(BfdRejection.State, Changed(b => b.AsSpan(8, 4).Clear()));
        byte[] authenticated = [.. Bytes(Sample), 1, 3, 0];
        authenticated[1] |= 4;
        authenticated[3] = 27;
        Assert.Equal(BfdRejection.Authentication, BfdPacket.TryDecode(authenticated, out _));
    }

    [Theory]
    [InlineData(BfdState.AdminDown)]
    [InlineData(BfdState.Down)]
    internal void Rfc5880_6_8_6_without_our_discriminator_it_can_be_a_beginning(BfdState state) =>
        Assert.Equal(BfdRejection.None, BfdPacket.TryDecode(Bytes(Sample with { YourDiscriminator = 0, State = state }), out _));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Whatever_comes_throws_and_allocates_nothing(int seed)
    {
        var router = new BfdRouter(new Random(1));
        var actions = new BfdActions();
        var session = new BfdSession { Name = "n", Neighbour = System.Net.IPAddress.Parse("192.0.2.1") };
        router.Configure([session], 0, new BfdActions(), actions);
        uint discriminator = router[0].LocalDiscriminator;
        var envelope = new BfdEnvelope(4, Wire.Address("192.0.2.1"), 1, 255, false);
        byte[][] samples =
        [
            Bytes(Sample),
            .. Enum.GetValues<BfdState>().Select(s => Bytes(Sample with { YourDiscriminator = discriminator, State = s })),
        ];
        long accepted = 0, now = 0;
        new Fuzzer(seed, samples).Run(Fuzzer.Rounds(50_000), (packet, _) =>
        {
            now += 1_000_000;
            if (router.OnPacket(envelope, packet, now, actions) == BfdRejection.None) accepted++;
            router.OnTimer(now, actions);
            actions.Clear();
        });
        Assert.True(accepted > 1000);
    }

    private static byte[] Bytes(in BfdPacket packet)
    {
        byte[] bytes = new byte[BfdPacket.Length];
        packet.Write(bytes);
        return bytes;
    }

    private static BfdRejection Changed(Action<byte[]> change)
    {
        byte[] bytes = Bytes(Sample);
        change(bytes);
        return BfdPacket.TryDecode(bytes, out _);
    }
}
