using System.Buffers.Binary;
using System.Net.Sockets;

namespace HaTools.Netlink.Ipvs;

/// <summary>What identifies an entry of the table, without an object: a service's key, or a real server's address and port.</summary>
internal readonly record struct EntryKey(AddressBits Address, uint Mark, ushort Port, byte Protocol, AddressFamily Family)
{
    public static EntryKey Of(ReadOnlySpan<byte> address, AddressFamily family, byte protocol, int port, uint mark)
    {
        AddressBits number = address.Length switch
        {
            4 => BinaryPrimitives.ReadUInt32BigEndian(address),
            16 => AddressBits.Read(address),
            _ => 0,
        };
        return new EntryKey(number, mark, (ushort)port, protocol, family);
    }
}
