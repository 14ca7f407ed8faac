using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>The row of ipvsadm's loading the module where it is not there. That modprobe loads, <see cref="KernelModuleTests"/> sees.</summary>
[Trait("Row", "I11")]
public sealed class ModuleRowTests
{
    [Fact]
    public void A_kernel_that_has_not_loaded_IPVS_has_it_when_it_is_opened()
    {
        bool isLoaded = false;
        using var kernel = new FakeKernel(r => isLoaded ? [Family(r)] : FakeKernel.End(r, Errno.ENOENT));
        List<string> asked = [];
        using IpvsClient client = IpvsClient.Open(
            module =>
            {
                asked.Add(module);
                isLoaded = true;
                return null;
            },
            () => new NetlinkSocket(kernel),
            () => new NetlinkSocket(kernel));
        Assert.Equal(["ip_vs"], asked);
    }

    [Fact]
    public void Where_it_cannot_be_loaded_modprobe_s_words_are_told()
    {
        using var kernel = new FakeKernel(r => FakeKernel.End(r, Errno.ENOENT));
        IpvsUnavailableException e = Assert.Throws<IpvsUnavailableException>(() => IpvsClient.Open(
            _ => "modprobe: FATAL: Module ip_vs not found", () => new NetlinkSocket(kernel), () => throw new InvalidOperationException()));
        Assert.Contains("modprobe: FATAL: Module ip_vs not found", e.Message, StringComparison.Ordinal);
        Assert.True(kernel.Disposed);
    }

    private static byte[] Family(FakeRequest request) => FakeKernel.Message(16, 0, request.Sequence, Hex.Bytes("""
        01 02 0000
        0900 0200 49505653 00000000
        0600 0100 1d000000
        """));
}
