using HaTools.Linux;
using HaTools.Netlink.Generic;

namespace HaTools.Netlink.Tests;

public class GenericNetlinkTests
{
    [Fact]
    public void A_family_is_read_with_its_groups()
    {
        using var socket = new NetlinkSocket(new FakeKernel(r =>
        [
            FakeKernel.Message(16, 0, r.Sequence, Hex.Bytes("""
                01 02 0000
                0900 0200 6d707463 00000000
                0600 0100 1d000000
                0800 0300 02000000
                0800 0400 08000000
                3400 0780
                1800 0100 0800 0200 05000000 0a00 0100 6576656e 7400 0000
                1800 0200 0b00 0100 6f74686572 0000 00 0800 0200 06000000
                """)),
        ]));
        GenericNetlinkFamily family = GenericNetlink.FindFamily(socket, "mptc")!;
        Assert.Equal((0x1d, "mptc", 2u, 8u), (family.Id, family.Name, family.Version, family.HeaderLength));
        Assert.Equal([("event", 5u), ("other", 6u)], family.MulticastGroups.Select(g => (g.Key, g.Value)));
    }

    [Fact]
    public void A_family_that_is_not_there_is_none_and_another_refusal_is_an_error()
    {
        int errno = Errno.ENOENT;
        using var socket = new NetlinkSocket(new FakeKernel(r => [FakeKernel.Error(r, errno)]));
        Assert.Null(GenericNetlink.FindFamily(socket, "NONE"));
        errno = Errno.EPERM;
        Assert.Equal("EPERM", Assert.Throws<NetlinkException>(() => GenericNetlink.FindFamily(socket, "NONE")).ErrnoName);
    }

    [Fact]
    public void This_kernel_knows_the_controller_itself()
    {
        using NetlinkSocket socket = NetlinkSocket.Open(NetlinkProtocol.Generic);
        GenericNetlinkFamily controller = GenericNetlink.FindFamily(socket, "nlctrl")!;
        Assert.Equal((16, "nlctrl"), (controller.Id, controller.Name));
        Assert.Contains("notify", controller.MulticastGroups.Keys);
        Assert.Null(GenericNetlink.FindFamily(socket, "no-such-family"));
        Assert.Null(GenericNetlink.FindFamily(socket, "a-name-that-is-too-long"));
    }
}
