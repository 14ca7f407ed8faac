using HaTools.Lab.Tests.Needs;

namespace HaTools.Lab.Tests.Services;

/// <summary>Traffic through tunnels of each kind, taken out at the servers by the kernel's own devices.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I10")]
[Trait("Row", "I21")]
[Trait("Row", "I24")]
[Collection(nameof(LanStage))]
public sealed class TunnelTests(LanStage stage)
{
    [IpvsTheory]
    [InlineData("")]
    [InlineData("--tun-type ipip")]
    [InlineData("--tun-type gre --tun-nocsum")]
    [InlineData("--tun-type gre --tun-csum")]
    [InlineData("--tun-type gue --tun-port 6080 --tun-nocsum")]
    [InlineData("--tun-type gue --tun-port 6080 --tun-csum")]
    [InlineData("--tun-type gue --tun-port 6080 --tun-remcsum")]
    public async Task Servers_take_out_what_the_director_puts_in(string tunnel)
    {
        await stage.BeginAsync();

        // The kernel's own device of GRE takes in what has no checksum, one for checksums nothing else.
        bool isChecked = tunnel.Contains("gre --tun-csum", StringComparison.Ordinal);
        if (isChecked) await OnServersAsync("ip link add grecsum type gre remote 10.60.0.1 icsum && ip link set grecsum up && echo 0 > /proc/sys/net/ipv4/conf/grecsum/rp_filter");
        stage.Enter($"""
            -A -t VIP:80 -s rr
            -a -t VIP:80 -r 10.60.0.51 -i {tunnel}
            -a -t VIP:80 -r 10.60.0.52 -i {tunnel}
            """);
        using Calls calls = await stage.CallAsync(stage.At(80), 8);
        Assert.Equal("4 rs1, 4 rs2", calls.Tally.ToString());
        if (isChecked) await OnServersAsync("ip link del grecsum");
    }

    [IpvsFact]
    public async Task Ipv6_goes_in_ipv6()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t [VIP6]:80 -s rr
            -a -t [VIP6]:80 -r [fd60::51]:80 -i
            -a -t [VIP6]:80 -r [fd60::52]:80 -i
            """);
        using Calls calls = await stage.CallAsync(stage.At6(80), 8);
        Assert.Equal("4 rs1, 4 rs2", calls.Tally.ToString());
    }

    [IpvsFact]
    public async Task One_family_goes_in_the_other()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t VIP:80 -s rr
            -a -t VIP:80 -r [fd60::51]:80 -i
            -a -t VIP:80 -r 10.60.0.52 -i
            """);
        using Calls calls = await stage.CallAsync(stage.At(80), 8);
        Assert.Equal("4 rs1, 4 rs2", calls.Tally.ToString());
    }

    private async Task OnServersAsync(string line)
    {
        foreach (string server in (string[])["rs1", "rs2"]) await stage.OnServerAsync(server, line);
    }
}
