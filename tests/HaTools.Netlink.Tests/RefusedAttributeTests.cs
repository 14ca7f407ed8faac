using System.Net;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;
using HaTools.Netlink.Route;

namespace HaTools.Netlink.Tests;

/// <summary>The kernel's offset of the attribute that it refused, turned into the attribute's name.</summary>
public sealed class RefusedAttributeTests
{
    private static readonly byte[] Address = Hex.Bytes("""
        3400 0000 1400 0500 00000000 00000000
        02 18 00 00 02000000
        0800 0100 c0000201                  # 24: IFA_ADDRESS
        0800 0200 c0000201                  # 32: IFA_LOCAL
        0a00 0300 6c6f3a310000 0000         # 40: IFA_LABEL
        """);

    private static readonly byte[] Link = Hex.Bytes("""
        3c00 0000 1000 0500 00000000 00000000
        00 00 0000 00000000 00000000 00000000
        1c00 1280                           # 32: IFLA_LINKINFO
            0a00 0100 647566666d790000      # 36: IFLA_INFO_KIND
            0c00 0280                       # 48: IFLA_INFO_DATA
                0800 0100 01000000          # 52: IFLA_MACVLAN_MODE, of which no name is known without the kind
        """);

    [Theory]
    [InlineData(24, "IFA_ADDRESS")]
    [InlineData(40, "IFA_LABEL")]
    [InlineData(0, null)]
    [InlineData(15, null)]
    [InlineData(16, null)]
    [InlineData(26, null)]
    [InlineData(52, null)]
    [InlineData(uint.MaxValue, null)]
    public void An_attribute_is_found_by_its_place(uint offset, string? name) =>
        Assert.Equal(name, RefusedAttribute.At(Address, offset, RouteAttributeNames.Instance));

    [Theory]
    [InlineData(32, "IFLA_LINKINFO")]
    [InlineData(36, "IFLA_LINKINFO/IFLA_INFO_KIND")]
    [InlineData(48, "IFLA_LINKINFO/IFLA_INFO_DATA")]
    [InlineData(52, "IFLA_LINKINFO/IFLA_INFO_DATA/1")]
    public void A_nested_one_is_told_with_those_that_it_is_in(uint offset, string name) =>
        Assert.Equal(name, RefusedAttribute.At(Link, offset, RouteAttributeNames.Instance));

    [Fact]
    public void Where_nothing_is_known_of_the_protocol_it_is_told_by_its_number() => Assert.Equal("3", RefusedAttribute.At(Address, 40, null));

    [Fact]
    public void One_that_is_missing_is_told_with_where_it_should_be()
    {
        Assert.Equal("IFA_LOCAL", RefusedAttribute.Missing(Address, 0, 2, RouteAttributeNames.Instance));
        Assert.Equal("IFLA_LINKINFO/IFLA_INFO_KIND", RefusedAttribute.Missing(Link, 32, 1, RouteAttributeNames.Instance));
        Assert.Equal("9", RefusedAttribute.Missing(default, 0, 9, null));
    }

    [Fact]
    public void The_attribute_stands_in_the_exception_of_the_request_that_it_is_in()
    {
        using var kernel = new FakeIpvs(request => [FakeKernel.Message(
            2,
            NetlinkFlags.Capped | NetlinkFlags.AckAttributes,
            request.Sequence,
            [.. BitConverter.GetBytes(-Errno.ERANGE), .. new byte[16], .. FakeKernel.Attribute(2, BitConverter.GetBytes(Place(request, [2, 4])))])]);
        using IpvsClient client = kernel.Client();
        var key = new IpvsServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80);
        var server = new IpvsDestination { Address = IPAddress.Parse("192.0.2.11"), Port = 80, Weight = -1 };
        NetlinkException e = Assert.Throws<NetlinkException>(() => client.AddDestination(key, server));
        Assert.Contains("(kernel: attribute IPVS_CMD_ATTR_DEST/IPVS_DEST_ATTR_WEIGHT)", e.Message, StringComparison.Ordinal);

        IReadOnlyList<IpvsCommandResult> results = client.Apply([.. Enumerable.Repeat(IpvsCommand.AddDestination(key, server), 200)]);
        Assert.All(results, r => Assert.Equal("attribute IPVS_CMD_ATTR_DEST/IPVS_DEST_ATTR_WEIGHT", r.ExtendedAck));
    }

    [RootFact]
    public void A_kernel_says_which_attribute_of_an_address_it_refuses()
    {
        using NetworkNamespace own = NetworkNamespace.Create();
        own.Run(() =>
        {
            using NetlinkSocket socket = NetlinkSocket.Open(NetlinkProtocol.Route);
            using var client = new RouteClient(socket);
            var batch = new NetlinkBatch();
            AttributeWriter writer = batch.Begin(linux_rtnetlink.RTM_NEWADDR, NetlinkFlags.Create);
            writer.Header(new ifaddrmsg { ifa_family = Libc.AF_INET, ifa_prefixlen = 32, ifa_index = 1 });
            writer.Bytes(linux_if_addr.IFA_ADDRESS, [192, 0, 2, 1]);
            writer.Bytes(linux_if_addr.IFA_LOCAL, [192, 0]);
            batch.End(writer);
            NetlinkResult[] results = new NetlinkResult[1];
            Assert.Equal(1, socket.Execute(batch, results));
            Assert.Contains("attribute IFA_LOCAL", results[0].ExtendedAck, StringComparison.Ordinal);
        });
    }

    /// <summary>Where an attribute is, from the message's beginning.</summary>
    private static uint Place(FakeRequest request, ushort[] path)
    {
        int begin = 4, end = request.Payload.Length, place = 0;
        foreach (ushort type in path)
        {
            for (place = begin; place < end && (BitConverter.ToUInt16(request.Payload, place + 2) & 0x3fff) != type;)
                place += (BitConverter.ToUInt16(request.Payload, place) + 3) & ~3;
            begin = place + 4;
            end = place + BitConverter.ToUInt16(request.Payload, place);
        }

        return (uint)(16 + place);
    }
}
