namespace HaTools.Vrrp.Tests.Packets;

/// <summary>It computes as the framework's number of 128 bits does.</summary>
public class AddressBitsTests
{
    [Fact]
    public void ShiftsOrderAndBytesAreThoseOfUInt128()
    {
        var random = new Random(112);
        byte[] one = new byte[AddressBits.Size], other = new byte[AddressBits.Size], written = new byte[AddressBits.Size];
        for (int round = 0; round < 2000; round++)
        {
            random.NextBytes(one);
            random.NextBytes(other);
            // Also those that differ late, or not at all.
            one.AsSpan(0, random.Next(AddressBits.Size + 1)).CopyTo(other);
            (AddressBits a, AddressBits b) = (AddressBits.Read(one), AddressBits.Read(other));
            UInt128 x = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(one), y = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(other);
            int count = round % 128;

            Assert.Equal(x == y, a == b);
            Assert.Equal(x == y, a.Equals(b) && a.GetHashCode() == b.GetHashCode());
            Assert.Equal((x < y, x > y), (a < b, a > b));
            Assert.Equal($"0x{x >> count:x32}", (a >> count).ToString());
            Assert.Equal($"0x{x ^ y:x32}", (a ^ b).ToString());
            Assert.Equal(((ulong)x, (uint)x, (ushort)x, (byte)x), ((ulong)a, (uint)a, (ushort)a, (byte)a));
            a.Write(written);
            Assert.Equal(one, written);
        }
    }
}
