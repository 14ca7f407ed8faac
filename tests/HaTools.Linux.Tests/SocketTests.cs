namespace HaTools.Linux.Tests;

public class SocketTests
{
    [Fact]
    public void GratuitousArpIsARequestToAllWithTheAddressTwice()
    {
        var frame = new byte[ArpSocket.FrameLength];
        ArpSocket.BuildGratuitous(frame, [2, 0, 0, 0, 0, 0x51], 0xC0A83264);

        // As keepalived's in a capture: Ethernet broadcast, ARP, request, sender, broadcast target.
        Assert.Equal(
            "FFFFFFFFFFFF" + "020000000051" + "0806" + "0001" + "0800" + "06" + "04" + "0001"
            + "020000000051" + "C0A83264" + "FFFFFFFFFFFF" + "C0A83264",
            Convert.ToHexString(frame));
    }

    [RootFact]
    public void OnAnInterfaceThatIsNotThereTheSocketSaysWhich()
    {
        var failure = Assert.Throws<LinuxException>(() => new VrrpSocket("nope0", 4711));
        Assert.Equal(Errno.ENODEV, failure.Errno);
        Assert.Contains("nope0", failure.Message, StringComparison.Ordinal);
    }

    [RootFact]
    public void ANewNamespaceHasItsOwnInterfacesAndParameters()
    {
        using NetworkNamespace inside = NetworkNamespace.Create();
        Assert.Equal(["lo"], inside.Run(() => Directory.GetFiles("/proc/thread-self/net/dev_snmp6").Select(Path.GetFileName)));
        inside.Run(() => Sysctl.Write("net/ipv4/conf/lo/arp_ignore", "1"));
        Assert.Equal("1", inside.Run(() => Sysctl.Read("net/ipv4/conf/lo/arp_ignore")));
        Assert.Equal("0", NetworkNamespace.OfThisThread().Run(() => Sysctl.Read("net/ipv4/conf/lo/arp_ignore")));
        Assert.Null(inside.Run(() => Sysctl.Read("net/ipv4/conf/eth0/arp_ignore")));
    }

    [RootFact]
    public void AdvertSentIsHeardByTheOtherEndOnlyAndWhole()
    {
        using NetworkNamespace inside = NetworkNamespace.Create();
        inside.Run(() =>
        {
            Run("ip", "link", "add", "va", "type", "veth", "peer", "name", "vb");
            Run("ip", "link", "set", "va", "up");
            Run("ip", "link", "set", "vb", "up");
            // The other end's own source address would be a martian otherwise: both ends are in one namespace here.
            Sysctl.Write("net/ipv4/conf/all/rp_filter", "0");
            Sysctl.Write("net/ipv4/conf/vb/rp_filter", "0");
            using var a = new VrrpSocket("va", Index("va"));
            using var b = new VrrpSocket("vb", Index("vb"));

            // IPv4 header (TOS 0xc0, TTL 255, protocol 112, 192.0.2.1 to 224.0.0.18) and 8 bytes.
            byte[] datagram = Convert.FromHexString("45C0001C00010000FF700000C0000201E0000012" + "2133640100010000");
            var buffer = new byte[2000];
            int length = -1;
            for (int i = 0; i < 1000 && length < 0; i++)
            {
                // A link that has just come up has no queue yet: the kernel takes what it is sent, and drops it.
                Assert.Equal(0, a.Send(datagram, 0xE0000012));
                length = b.Receive(buffer, out int errno);
                Assert.Equal(0, errno);
                Thread.Sleep(1);
            }

            Assert.Equal(datagram.Length, length);
            Assert.Equal(datagram[12..], buffer[12..length]);
            Assert.Equal(-1, a.Receive(buffer, out _));
        });
    }

    private static int Index(string name) => (int)Libc.if_nametoindex(name);

    private static void Run(string program, params string[] arguments)
    {
        var options = new ChildProcessOptions { FileName = program, Arguments = arguments, CaptureOutputBytes = 1000 };
        using var child = ChildProcess.Start(options);
        ChildExit exit = child.WaitAsync().GetAwaiter().GetResult();
        Assert.True(exit.IsSuccess, $"{program} {string.Join(' ', arguments)}: {exit}: {child.Output}");
    }
}
