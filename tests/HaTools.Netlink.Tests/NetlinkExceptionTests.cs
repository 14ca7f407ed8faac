using System.Net;
using HaTools.Linux;
using HaTools.Netlink.Ipvs;

namespace HaTools.Netlink.Tests;

public class NetlinkExceptionTests
{
    [Fact]
    public void The_message_names_error_object_the_kernel_s_words_and_advice()
    {
        var e = new NetlinkException(
            "adding address", "192.0.2.1/24 on interface 7", Errno.ENODEV, "Unable to find the interface", "there is no such interface");
        Assert.Equal(
            "ENODEV (no such device): adding address 192.0.2.1/24 on interface 7 (kernel: Unable to find the interface); "
                + "there is no such interface",
            e.Message);
        Assert.Equal(("ENODEV", "adding address", "192.0.2.1/24 on interface 7"), (e.ErrnoName, e.Operation, e.Object));
    }

    [Fact]
    public void Privilege_errors_say_what_to_grant() =>
        Assert.Contains("run as root", new NetlinkException("doing", null, Errno.EPERM).Message, StringComparison.Ordinal);

    [Fact]
    public void Ipvs_errors_say_what_they_mean_for_the_command()
    {
        var service = new IpvsService { Key = new IpvsServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("192.0.2.1"), 80), Scheduler = "twos" };
        NetlinkException? e = new IpvsCommandResult(IpvsCommand.AddService(service), Errno.ENOENT, null).ToException();
        Assert.Equal(
            "ENOENT (no such file or directory): adding IPVS service tcp 192.0.2.1:80; "
                + "this kernel has no scheduler 'twos' (module ip_vs_twos)",
            e?.Message);
        Assert.Null(new IpvsCommandResult(IpvsCommand.AddService(service), 0, null).ToException());
    }

    [Fact]
    public void A_kernel_without_Ipvs_is_said_to_be_one()
    {
        var e = new IpvsUnavailableException("modprobe: FATAL: Module ip_vs not found");
        Assert.Contains("load the ip_vs module; this kernel has none", e.Message, StringComparison.Ordinal);
        Assert.Contains("Module ip_vs not found", e.Message, StringComparison.Ordinal);
    }
}
