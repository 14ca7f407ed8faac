using HaTools.Lab.Tests.Needs;
using HaTools.Lab.Watching;

namespace HaTools.Lab.Tests.Services;

/// <summary>A client, or all clients of a netmask, stay with the server that the first connection went to.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I8")]
[Collection(nameof(RoutedStage))]
public sealed class PersistenceTests(RoutedStage stage)
{
    private const string Servers = """

        -a -t VIP:80 -r 10.61.0.11:80 -m
        -a -t VIP:80 -r 10.61.0.12:80 -m
        -a -t VIP:80 -r 10.61.0.13:80 -m
        """;

    [IpvsFact]
    public async Task Each_client_stays_while_the_scheduler_has_the_new_ones_and_its_template_is_listed()
    {
        await stage.BeginAsync();
        stage.Enter("-A -t VIP:80 -s rr -p 300" + Servers);
        string[] sources = [.. ServiceStage.Clients.Take(6)];
        using Calls calls = await stage.CallAsync(stage.At(80), 24, sources);
        Assert.Equal("8 rs1, 8 rs2, 8 rs3", calls.Tally.ToString());
        Assert.Empty(calls.Tally.Wanderers);
        Assert.Equal(sources, await TemplatesAsync());
        Assert.Equal(6u, (uint)stage.Ipvs.GetDestinations(stage.Ipvs.GetServices().Single().Key).Sum(d => d.PersistentConnections));
    }

    [IpvsFact]
    public async Task With_a_netmask_neighbours_stay_together()
    {
        await stage.BeginAsync();
        stage.Enter("-A -t VIP:80 -s rr -p 300 -M 255.255.255.248" + Servers);

        // .10 to .15, .16 to .23, .24 to .29
        using Calls calls = await stage.CallAsync(stage.At(80), 20, ServiceStage.Clients);
        Assert.Equal(3, calls.Tally.Servers.Distinct().Count());
        Assert.All(calls.GroupBy(c => c.Client!.Address.GetAddressBytes()[3] / 8), g => Assert.Single(g.Select(c => c.Server).Distinct()));
        Assert.Equal(["10.60.0.16", "10.60.0.24", "10.60.0.8"], await TemplatesAsync());
    }

    [IpvsFact]
    public async Task Over_ipv6_a_prefix_length_is_the_netmask()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t [VIP6]:80 -s rr -p 300 -M 124
            -a -t [VIP6]:80 -r [fd61::11]:80 -m
            -a -t [VIP6]:80 -r [fd61::12]:80 -m
            """);
        using Calls calls = await stage.CallAsync(stage.At6(80), 6, ["fd60::10", "fd60::11", "fd60::21"]);
        Assert.Equal([calls[0].Server, calls[0].Server, calls[2].Server, calls[0].Server, calls[0].Server, calls[2].Server], calls.Tally.Servers);
        Assert.NotEqual(calls[0].Server, calls[2].Server);
    }

    [IpvsFact]
    public async Task A_service_of_port_0_keeps_a_client_with_one_server_on_every_port()
    {
        await stage.BeginAsync();
        stage.Enter("""
            -A -t VIP:0 -s rr -p 300
            -a -t VIP:0 -r 10.61.0.11:0 -m
            -a -t VIP:0 -r 10.61.0.12:0 -m
            """);
        string[] sources = [.. ServiceStage.Clients.Take(4)];
        using Calls web = await stage.CallAsync(stage.At(80), 4, sources), tls = await stage.CallAsync(stage.At(443), 4, sources);
        Assert.Equal("2 rs1, 2 rs2", web.Tally.ToString());
        Assert.Equal(web.Tally.Servers, tls.Tally.Servers);
    }

    /// <summary>The clients, or their networks, that ipvsadm lists templates of.</summary>
    private async Task<IEnumerable<string>> TemplatesAsync() => (await Ipvsadm.ConnectionsAsync(stage.Director))
        .Where(c => c.IsTemplate && c.Virtual.Address.Equals(stage.At(80).Address)).Select(c => c.Client.Address.ToString()).Order(StringComparer.Ordinal);
}
