using System.Net;
using HaTools.Lab.Clients;
using HaTools.Lab.Machine;
using HaTools.Lab.Tests.Needs;
using HaTools.Netlink.Ipvs;

namespace HaTools.Lab.Tests.Services;

/// <summary>Each scheduler sends connections where its definition says.</summary>
[Trait("Needs", "ipvs")]
[Trait("Row", "I22")]
[Collection(nameof(RoutedStage))]
public sealed class DistributionTests(RoutedStage stage)
{
    [IpvsFact]
    public async Task Rr_takes_servers_in_turn_and_passes_over_those_of_weight_0()
    {
        await BeginAsync("rr", 1, 0, 5);
        using Calls calls = await stage.CallAsync(stage.At(80), 9);
        Assert.Equal(SchedulerOracle.RoundRobin(List()).Take(9), calls.Tally.Servers);
    }

    [IpvsTheory]
    [InlineData(4, 3, 2)]
    [InlineData(2, 4, 6)]
    [InlineData(1, 1, 1)]
    [InlineData(0, 7, 3)]
    public async Task Wrr_follows_its_sequence(int one, int two, int three)
    {
        // Servers that come one by one each leave the sequence where it is; a scheduler that comes to them begins with it.
        await BeginAsync("rr", one, two, three);
        stage.Ipvs.SetService(new IpvsService { Key = Web, Scheduler = "wrr" });
        using Calls calls = await stage.CallAsync(stage.At(80), 25);
        Assert.Equal(SchedulerOracle.WeightedRoundRobin(List()).Take(25), calls.Tally.Servers);
    }

    [IpvsTheory]
    [InlineData("lc")]
    [InlineData("wlc")]
    [InlineData("sed")]
    [InlineData("nq")]
    public async Task What_counts_connections_goes_by_its_formula_while_they_come_and_go_and_weights_change(string scheduler)
    {
        await BeginAsync(scheduler, 1, 2, 4);
        Func<IReadOnlyList<Candidate>, string> oracle = scheduler switch
        {
            "lc" => SchedulerOracle.LeastConnection,
            "wlc" => SchedulerOracle.WeightedLeastConnection,
            "sed" => SchedulerOracle.ShortestExpectedDelay,
            _ => SchedulerOracle.NeverQueue,
        };
        var random = new Random(scheduler[0]);
        using var held = new Calls();
        for (int step = 0; step < 60; step++)
        {
            if (random.Next(3) == 0 && held.Count > 0)
            {
                int gone = random.Next(held.Count);
                held[gone].Dispose();
                held.RemoveAt(gone);
            }

            if (step % 20 == 19)
            {
                IpvsDestination changed = Servers()[random.Next(3)];
                stage.Ipvs.SetDestination(Web, changed with { Weight = changed.Weight % 4 == 0 ? 3 : changed.Weight - 1 });
            }

            await Eventually.True(() => List().Sum(s => s.Active) == held.Count);
            IReadOnlyList<Candidate> before = List();
            held.Add(await Call.TcpAsync(stage.Client, stage.At(80)));
            Assert.True(oracle(before) == held[^1].Server, $"step {step}: {held[^1].Server} for {string.Join(", ", before)}");
        }
    }

    [IpvsFact]
    public async Task Sh_goes_by_the_clients_address_and_its_weights()
    {
        await BeginAsync("sh", 1, 2, 3);
        using Calls calls = await stage.CallAsync(stage.At(80), 40, ServiceStage.Clients);
        Assert.Equal(
            Enumerable.Range(0, 40).Select(n => SchedulerOracle.SourceHash(List(), IPAddress.Parse(ServiceStage.Clients[n % 20]))), calls.Tally.Servers);
        Assert.Equal(3, calls.Tally.Servers.Distinct().Count());
    }

    [IpvsFact]
    public async Task Dh_goes_by_the_virtual_address()
    {
        await stage.BeginAsync();
        string[] addresses = [.. Enumerable.Range(1, 8).Select(i => $"10.60.2.{i}")];
        await PacketMarks.ClearAsync(stage.Director);
        await PacketMarks.SetAsync(stage.Director, "-d 10.60.2.0/24 -p tcp --dport 80", 8);
        (await stage.Director.RunAsync(string.Join(" && ", addresses.Select(a => $"ip addr add {a}/32 dev eth0")))).OrThrow();
        stage.Enter("""
            -A -f 8 -s dh
            -a -f 8 -r 10.61.0.11:80 -m -w 5
            -a -f 8 -r 10.61.0.12:80 -m -w 1
            -a -f 8 -r 10.61.0.13:80 -m -w 1
            """);
        IReadOnlyList<Candidate> list = List(IpvsServiceKey.OfFirewallMark(8));
        var met = new List<string>();
        foreach (string address in addresses)
        {
            using Calls calls = await stage.CallAsync(new IPEndPoint(IPAddress.Parse(address), 80), 3, ServiceStage.Clients);
            string expected = SchedulerOracle.DestinationHash(list, IPAddress.Parse(address));
            Assert.All(calls, c => Assert.Equal(expected, c.Server));
            met.Add(expected);
        }

        Assert.True(met.Distinct().Count() > 1);
    }

    [IpvsTheory]
    [InlineData("sh", "sh-fallback")]
    [InlineData("mh", "mh-fallback")]
    public async Task What_hashes_keeps_a_client_and_moves_only_those_of_a_server_that_leaves_and_only_while_it_is_away(string scheduler, string fallback)
    {
        await BeginAsync(scheduler, 1, 1, 1, $"-b {fallback}");
        using Calls first = await stage.CallAsync(stage.At(80), 20, ServiceStage.Clients), second = await stage.CallAsync(stage.At(80), 20, ServiceStage.Clients);
        Assert.Equal(first.Tally.Servers, second.Tally.Servers);
        Assert.Equal(3, first.Tally.Servers.Distinct().Count());

        IpvsDestination leaver = Servers()[1];
        stage.Ipvs.SetDestination(Web, leaver with { Weight = 0 });
        using Calls without = await stage.CallAsync(stage.At(80), 20, ServiceStage.Clients);
        for (int i = 0; i < 20; i++)
        {
            if (first[i].Server == NameOf(leaver)) Assert.NotEqual(first[i].Server, without[i].Server);
            else Assert.Equal(first[i].Server, without[i].Server);
        }

        Assert.Equal(0, without.Tally.Unanswered);
        stage.Ipvs.SetDestination(Web, leaver with { Weight = 1 });
        using Calls again = await stage.CallAsync(stage.At(80), 20, ServiceStage.Clients);
        Assert.Equal(first.Tally.Servers, again.Tally.Servers);
    }

    [IpvsTheory]
    [InlineData("sh", "")]
    [InlineData("mh", "")]
    public async Task Without_fallback_the_clients_of_a_server_of_weight_0_are_refused(string scheduler, string flags)
    {
        await BeginAsync(scheduler, 1, 1, 1, flags);
        using Calls first = await stage.CallAsync(stage.At(80), 20, ServiceStage.Clients);
        IpvsDestination leaver = Servers()[1];
        stage.Ipvs.SetDestination(Web, leaver with { Weight = 0 });
        using Calls without = await stage.CallAsync(stage.At(80), 20, ServiceStage.Clients);
        Assert.Equal(first.Tally.Servers.Select(s => s == NameOf(leaver) ? null : s), without.Tally.Servers);
    }

    [IpvsFact]
    public async Task Fo_has_all_go_to_the_greatest_weight_that_takes_any()
    {
        await BeginAsync("fo", 1, 3, 2);
        using Calls calls = await stage.CallAsync(stage.At(80), 3);
        Change("rs2", s => s with { Weight = 0 });
        calls.AddRange(await stage.CallAsync(stage.At(80), 3));
        Change("rs3", s => s with { UpperThreshold = 4 });
        calls.AddRange(await stage.CallAsync(stage.At(80), 3));
        Change("rs2", s => s with { Weight = 3 });
        calls.AddRange(await stage.CallAsync(stage.At(80), 1));
        Assert.Equal(["rs2", "rs2", "rs2", "rs3", "rs3", "rs3", "rs3", "rs1", "rs1", "rs2"], calls.Tally.Servers);
    }

    /// <summary>One more than its weight: the kernel's test is "more active connections than weight".</summary>
    [IpvsFact]
    public async Task Ovf_fills_the_greatest_weight_first_and_then_the_next()
    {
        await BeginAsync("ovf", 1, 3, 2);
        using Calls calls = await stage.CallAsync(stage.At(80), 10);
        Assert.Equal(["rs2", "rs2", "rs2", "rs2", "rs3", "rs3", "rs3", "rs1", "rs1", null], calls.Tally.Servers);
    }

    /// <summary>
    /// One virtual address is one place: its server keeps it until it has more active connections than weight and another has less than
    /// half of its own.
    /// </summary>
    [IpvsTheory]
    [InlineData("lblc", "8 rs1, 5 rs2, 5 rs3")]
    [InlineData("lblcr", "6 rs1, 6 rs2, 6 rs3")]
    public async Task Locality_keeps_an_address_with_a_server_or_with_a_set_of_them(string scheduler, string expected)
    {
        await BeginAsync(scheduler, 4, 4, 4);
        using Calls calls = await stage.CallAsync(stage.At(80), 18);
        Assert.Equal(["rs3", "rs3", "rs3", "rs3", "rs3", "rs2", "rs2", "rs2", "rs2", "rs2", "rs1"], calls.Tally.Servers.Take(11));
        Assert.Equal(expected, calls.Tally.ToString());
    }

    /// <summary>
    /// Chance decides, so that each choice is judged by how probable it was, with the loads that the servers had: those of the least, the
    /// middle and the greatest load are each chosen as often as they should be, within six standard deviations, which chance alone leaves less than
    /// once in a million runs.
    /// </summary>
    [StockKernelFact]
    [Trait("Needs", "stock-kernel")]
    public async Task Twos_takes_the_lesser_load_of_two_that_it_draws_by_weight()
    {
        await BeginAsync("twos", 2, 3, 4);
        var random = new Random(2);
        using var held = new Calls();
        double[] chosen = new double[3], expected = new double[3], variance = new double[3];
        for (int step = 0; step < 250; step++)
        {
            if (random.Next(3) == 0 && held.Count > 0)
            {
                int gone = random.Next(held.Count);
                held[gone].Dispose();
                held.RemoveAt(gone);
            }

            await Eventually.True(() => List().Sum(s => s.Active) == held.Count);
            IReadOnlyList<Candidate> before = List();
            held.Add(await Call.TcpAsync(stage.Client, stage.At(80)));
            (string Name, double Probability)[] ranked =
                [.. SchedulerOracle.TwoChoices(before).Zip(before).OrderBy(c => SchedulerOracle.LoadByWeight(c.Second)).Select(c => c.First)];
            for (int i = 0; i < 3; i++)
            {
                (string name, double probability) = ranked[i];
                chosen[i] += name == held[^1].Server ? 1 : 0;
                expected[i] += probability;
                variance[i] += probability * (1 - probability);
            }
        }

        Assert.Equal(250, chosen.Sum());
        for (int i = 0; i < 3; i++) Assert.InRange((chosen[i] - expected[i]) / Math.Sqrt(variance[i]), -6, 6);

        Change("rs3", s => s with { Weight = 0 });
        using Calls calls = await stage.CallAsync(stage.At(80), 20);
        Assert.DoesNotContain("rs3", calls.Tally.Servers);
        Assert.Equal(0, calls.Tally.Unanswered);
    }

    private IpvsServiceKey Web => new(IpvsProtocol.Tcp, stage.At(80).Address, 80);

    private async Task BeginAsync(string scheduler, int one, int two, int three, string flags = "")
    {
        await stage.BeginAsync();
        stage.Enter($"""
            -A -t VIP:80 -s {scheduler} {flags}
            -a -t VIP:80 -r 10.61.0.11:80 -m -w {one}
            -a -t VIP:80 -r 10.61.0.12:80 -m -w {two}
            -a -t VIP:80 -r 10.61.0.13:80 -m -w {three}
            """);
    }

    private void Change(string server, Func<IpvsDestination, IpvsDestination> change) =>
        stage.Ipvs.SetDestination(Web, change(Servers().Single(s => NameOf(s) == server)));

    private IReadOnlyList<IpvsDestination> Servers() => stage.Ipvs.GetDestinations(Web);

    private IReadOnlyList<Candidate> List() => List(Web);

    private IReadOnlyList<Candidate> List(IpvsServiceKey key) =>
        [.. stage.Ipvs.GetDestinations(key).Select(d => new Candidate(NameOf(d), d.Weight, d.ActiveConnections, d.InactiveConnections))];

    private static string NameOf(IpvsDestination server) => $"rs{server.Address.GetAddressBytes()[3] - 10}";
}
