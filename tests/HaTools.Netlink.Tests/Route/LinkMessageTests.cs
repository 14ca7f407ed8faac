using System.Net.NetworkInformation;
using HaTools.Linux;
using HaTools.Netlink.Route;

namespace HaTools.Netlink.Tests.Route;

/// <summary>The bytes of requests for interfaces, written by hand from linux/rtnetlink.h and if_link.h (little-endian).</summary>
public class LinkMessageTests
{
    private static readonly PhysicalAddress VirtualMac = PhysicalAddress.Parse("00-00-5E-00-01-33");

    private static readonly LinkRequest Macvlan = new()
    {
        Name = "vrrp.51",
        Kind = LinkRequest.Macvlan,
        Parent = 4,
        MacvlanMode = MacvlanMode.Private,
    };

    private static readonly byte[] Read = Hex.Bytes("""
        00 00 0100 0b000000 43100000 00000000           # AF_UNSPEC, Ethernet, index 11, broadcast | running | multicast | up
        0c00 0300 767272702e353100                      # IFLA_IFNAME vrrp.51
        0800 0500 04000000                              # IFLA_LINK
        0800 2500 02000000                              # IFLA_LINK_NETNSID
        0800 1b00 07000000                              # IFLA_GROUP
        0a00 0100 00005e0001330000                      # IFLA_ADDRESS
        2400 1280                                       # IFLA_LINKINFO, nested
          0c00 0100 6d6163766c616e00                    #   IFLA_INFO_KIND macvlan
          1400 0200                                     #   IFLA_INFO_DATA
            0800 0100 01000000                          #     IFLA_MACVLAN_MODE private
            0600 0200 00000000                          #     IFLA_MACVLAN_FLAGS: not read
        1800 1a80                                       # IFLA_AF_SPEC
          0800 0200 00000000                            #   AF_INET: not read
          0c00 0a80                                     #   AF_INET6
            0500 0800 01000000                          #     IFLA_INET6_ADDR_GEN_MODE none
        """);

    [Fact]
    public void A_macvlan_with_everything()
    {
        (FakeKernel kernel, RouteClient client) = Kernel();
        using (client)
        {
            LinkInfo made = client.CreateLink(Macvlan with { Controller = 9, HardwareAddress = VirtualMac, Group = 7, Up = true });
            Assert.Equal(11, made.Index);
        }

        FakeRequest request = kernel.Requests[0];
        Assert.Equal(16, request.Type);
        Assert.Equal(NetlinkFlags.Request | NetlinkFlags.Create | NetlinkFlags.Exclusive | NetlinkFlags.Ack, request.Flags);
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                00 00 0000 00000000 01000000 01000000           # up
                0c00 0300 767272702e353100                      # IFLA_IFNAME vrrp.51
                0800 0500 04000000                              # IFLA_LINK
                0800 0a00 09000000                              # IFLA_MASTER
                0a00 0100 00005e0001330000                      # IFLA_ADDRESS
                0800 1b00 07000000                              # IFLA_GROUP
                1c00 1280                                       # IFLA_LINKINFO, nested
                  0c00 0100 6d6163766c616e00                    #   IFLA_INFO_KIND macvlan
                  0c00 0280                                     #   IFLA_INFO_DATA
                    0800 0100 01000000                          #     IFLA_MACVLAN_MODE private
                """)),
            Hex.Text(request.Payload));
    }

    [Fact]
    public void An_ipvlan_says_its_layer_and_its_flags()
    {
        (FakeKernel kernel, RouteClient client) = Kernel();
        using (client)
        {
            _ = client.CreateLink(new LinkRequest
            {
                Name = "ipv0",
                Kind = LinkRequest.Ipvlan,
                Parent = 4,
                IpvlanLayer = IpvlanLayer.L2,
                IpvlanFlags = IpvlanFlags.Vepa,
            });
        }

        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                00 00 0000 00000000 00000000 00000000
                0900 0300 6970763000 000000
                0800 0500 04000000
                2400 1280
                  0b00 0100 6970766c616e0000                    #   ipvlan
                  1400 0280
                    0600 0100 00000000                          #     IFLA_IPVLAN_MODE l2
                    0600 0200 02000000                          #     IFLA_IPVLAN_FLAGS vepa
                """)),
            Hex.Text(kernel.Requests[0].Payload));
    }

    [Fact]
    public void A_vrf_names_its_table()
    {
        (FakeKernel kernel, RouteClient client) = Kernel();
        using (client) _ = client.CreateLink(new LinkRequest { Name = "blue", Kind = LinkRequest.Vrf, VrfTable = 10 });
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                00 00 0000 00000000 00000000 00000000
                0900 0300 626c756500 000000
                1800 1280
                  0800 0100 76726600                            #   vrf
                  0c00 0280
                    0800 0100 0a000000                          #     IFLA_VRF_TABLE
                """)),
            Hex.Text(kernel.Requests[0].Payload));
    }

    [Fact]
    public void A_change_names_only_what_changes()
    {
        (FakeKernel kernel, RouteClient client) = Kernel();
        using (client)
        {
            client.ChangeLink(11, new LinkChange { AddressGeneration = Ipv6AddressGeneration.None });
            client.ChangeLink(11, new LinkChange { Up = true });
            client.ChangeLink(11, new LinkChange { Up = false, Controller = 0, Group = 3, HardwareAddress = VirtualMac, Name = "x" });
        }

        Assert.All(kernel.Requests, r => Assert.Equal(19, r.Type));
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                00 00 0000 0b000000 00000000 00000000
                1000 1a80                                       # IFLA_AF_SPEC
                  0c00 0a80                                     #   AF_INET6
                    0500 0800 01000000                          #     IFLA_INET6_ADDR_GEN_MODE none
                """)),
            Hex.Text(kernel.Requests[0].Payload));
        Assert.Equal(Hex.Text(Hex.Bytes("00000000 0b000000 01000000 01000000")), Hex.Text(kernel.Requests[1].Payload));
        Assert.Equal(
            Hex.Text(Hex.Bytes("""
                00 00 0000 0b000000 00000000 01000000
                0600 0300 78000000  0a00 0100 00005e0001330000  0800 0a00 00000000  0800 1b00 03000000
                """)),
            Hex.Text(kernel.Requests[2].Payload));
    }

    [Fact]
    public void A_deletion_names_the_index()
    {
        (FakeKernel kernel, RouteClient client) = Kernel();
        using (client) Assert.True(client.DeleteLink(11));
        Assert.Equal(17, kernel.Requests[0].Type);
        Assert.Equal(Hex.Text(Hex.Bytes("00000000 0b000000 00000000 00000000")), Hex.Text(kernel.Requests[0].Payload));
    }

    [Fact]
    public void A_macvlan_is_read_with_everything()
    {
        (_, RouteClient client) = Kernel();
        using (client)
        {
            Assert.Equal(
                new LinkInfo
                {
                    Index = 11,
                    Name = "vrrp.51",
                    Flags = LinkFlags.Up | LinkFlags.Broadcast | LinkFlags.Running | LinkFlags.Multicast,
                    HardwareType = 1,
                    HardwareAddress = VirtualMac,
                    Parent = 4,
                    ParentNamespace = 2,
                    Group = 7,
                    Kind = "macvlan",
                    MacvlanMode = MacvlanMode.Private,
                    AddressGeneration = Ipv6AddressGeneration.None,
                },
                client.FindLink("vrrp.51")! with { Flags = LinkFlags.Up | LinkFlags.Broadcast | LinkFlags.Running | LinkFlags.Multicast });
        }
    }

    [Theory]
    [InlineData(Errno.EOPNOTSUPP, "the kernel has no macvlan")]
    [InlineData(Errno.ENODEV, "there is no interface 4 to put it on")]
    [InlineData(Errno.EEXIST, "of that name is there already")]
    public void What_the_kernel_refuses_is_said_with_its_reason(int errno, string words)
    {
        using var client = new RouteClient(new NetlinkSocket(new FakeKernel(r => FakeKernel.End(r, errno))));
        var e = Assert.Throws<NetlinkException>(() => client.CreateLink(Macvlan));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Contains("vrrp.51", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deleting_what_is_not_there_is_no_error_and_what_cannot_be_deleted_is_one()
    {
        using var gone = new RouteClient(new NetlinkSocket(new FakeKernel(r => FakeKernel.End(r, Errno.ENODEV))));
        Assert.False(gone.DeleteLink(11));
        using var hardware = new RouteClient(new NetlinkSocket(new FakeKernel(r => FakeKernel.End(r, Errno.EOPNOTSUPP))));
        Assert.Equal("EOPNOTSUPP", Assert.Throws<NetlinkException>(() => hardware.DeleteLink(2)).ErrnoName);
    }

    [Fact]
    public void What_cannot_be_meant_is_refused_before_anything_is_sent()
    {
        (FakeKernel kernel, RouteClient client) = Kernel();
        using RouteClient _ = client;
        LinkRequest[] wrong =
        [
            Macvlan with { Name = "" },
            Macvlan with { Name = "sixteen-bytes-ab" },
            Macvlan with { Name = "a/b" },
            Macvlan with { Name = "a b" },
            Macvlan with { Name = ".." },
            Macvlan with { Kind = "" },
            Macvlan with { Parent = -1 },
            Macvlan with { HardwareAddress = PhysicalAddress.Parse("00-00-5E-00-01-33-00-00") },
            Macvlan with { Kind = "dummy" },
            Macvlan with { VrfTable = 1 },
            Macvlan with { MacvlanMode = null, IpvlanFlags = IpvlanFlags.Private },
            new() { Name = "i", Kind = LinkRequest.Ipvlan, IpvlanFlags = IpvlanFlags.Private },
        ];
        foreach (LinkRequest request in wrong) Assert.Throws<ArgumentException>(() => client.CreateLink(request));
        Assert.Throws<ArgumentException>(() => client.ChangeLink(1, new LinkChange { Name = "a:b" }));
        Assert.Throws<ArgumentException>(() => client.ChangeLink(1, new LinkChange { Controller = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.ChangeLink(0, new LinkChange()));
        Assert.Throws<ArgumentOutOfRangeException>(() => client.DeleteLink(0));
        Assert.Empty(kernel.Requests);
    }

    private static (FakeKernel Kernel, RouteClient Client) Kernel()
    {
        // Changes succeed; RTM_GETLINK (18) is answered.
        var kernel = new FakeKernel(r => r.Type == 18 ? [FakeKernel.Message(16, 0, r.Sequence, Read)] : FakeKernel.End(r, 0));
        return (kernel, new RouteClient(new NetlinkSocket(kernel)));
    }
}
