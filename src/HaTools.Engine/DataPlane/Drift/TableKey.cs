using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.DataPlane;

/// <summary>The identity of a service as numbers: <see cref="ServiceKey"/> for those who look at thousands of them each second, and make no object for any.</summary>
internal readonly record struct TableKey(UInt128 Address, uint Mark, int Port, IpvsProtocol Protocol, AddressFamily Family)
{
    public static TableKey Of(ServiceKey key)
    {
        Span<byte> bytes = stackalloc byte[16];
        _ = key.Address.TryWriteBytes(bytes, out int length);
        return new TableKey(Number(bytes[..length]), key.FirewallMark, key.Port, key.Protocol, key.Address.AddressFamily);
    }

    public static TableKey Of(in IpvsServiceView view) => new(Number(view.AddressBytes), view.FirewallMark, view.Port, view.Protocol, view.AddressFamily);

    /// <summary>The identity that this is.</summary>
    public ServiceKey ToServiceKey()
    {
        if (Mark != 0) return ServiceKey.OfFirewallMark(Mark, Family);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new ServiceKey(Protocol, new IPAddress(Family == AddressFamily.InterNetworkV6 ? bytes : bytes[12..]), Port);
    }

    /// <summary>An address as a number; none is 0.</summary>
    public static UInt128 Number(ReadOnlySpan<byte> address) => address.Length switch
    {
        4 => BinaryPrimitives.ReadUInt32BigEndian(address),
        16 => BinaryPrimitives.ReadUInt128BigEndian(address),
        _ => 0,
    };
}
