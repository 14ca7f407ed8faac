using System.Net;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Network;

/// <summary>Routes and rules of a configuration that the kernel tells from one another by nothing: validation warns of them, and here is what becomes of them.</summary>
public sealed class CompetingTests
{
    [NamespaceFact]
    public async Task A_rule_that_the_kernel_takes_for_another_one_is_not_in_its_place_until_that_goes()
    {
        using var stage = new KeeperStage();
        var rule = new RuleEntry { Family = 4, From = IPNetwork.Parse("10.3.0.0/16"), Table = 5, Preference = 9 };
        RuleEntry other = rule with { Not = true };
        await stage.GoAsync(new HaConfiguration { StaticRules = [rule, other] });
        await stage.UntilAsync(() => State(stage, 1).State == HaNetworkObjectStateKind.Failed);
        Assert.Equal(HaNetworkObjectStateKind.Present, State(stage, 0).State);
        Assert.StartsWith("EEXIST (file exists)", State(stage, 1).Reason, StringComparison.Ordinal);
        Assert.Contains("preference", State(stage, 1).Reason, StringComparison.Ordinal);
        await stage.UntilAsync(() => stage.Lines.Any(l => l.StartsWith("Warning : static rule 9: not from 10.3.0.0/16 table 5 cannot be set up: EEXIST", StringComparison.Ordinal)));

        await stage.GoAsync(new HaConfiguration { StaticRules = [other] });
        await stage.UntilAsync(() => State(stage, 0).State == HaNetworkObjectStateKind.Present);
        Assert.Contains("9:\tnot from 10.3.0.0/16 lookup 5", stage.Host.Ip("rule"), StringComparison.Ordinal);
    }

    /// <summary>The kernel makes one route of them, with both ways.</summary>
    [NamespaceFact]
    public async Task Two_ways_of_an_ipv6_route_are_both_in_their_place_and_each_is_put_back()
    {
        using var stage = new KeeperStage();
        stage.Host.Ip("addr add 2001:db8::1/64 dev eth0 nodad");
        RouteEntry one = new() { Family = 6, Destination = IPNetwork.Parse("2001:db8:9::/48"), Gateway = IPAddress.Parse("2001:db8::8") };
        RouteEntry two = one with { Gateway = IPAddress.Parse("2001:db8::9") };
        await stage.GoAsync(new HaConfiguration { StaticRoutes = [one, two] });
        await stage.UntilAsync(() => stage.Host.Ip("-6 route show proto keepalived").Split("via").Length == 3);

        // A link that comes has everything looked at.
        stage.Host.AddInterface("eth5");
        await Task.Delay(500);
        Assert.Equal([HaNetworkObjectStateKind.Present, HaNetworkObjectStateKind.Present], new[] { State(stage, 0).State, State(stage, 1).State });
        Assert.DoesNotContain(stage.Lines, l => l.Contains("removed by others", StringComparison.Ordinal));

        stage.Host.Ip("-6 route del 2001:db8:9::/48 via 2001:db8::8");
        await stage.UntilAsync(() => stage.Host.Ip("-6 route show proto keepalived").Split("via").Length == 3);
        await stage.UntilAsync(() => stage.Lines.Any(l => l.Contains("2001:db8::8 was removed by others", StringComparison.Ordinal)));
        Assert.DoesNotContain(stage.Lines, l => l.Contains("2001:db8::9 was removed by others", StringComparison.Ordinal));

        await stage.GoAsync(new HaConfiguration { StaticRoutes = [two] });
        Assert.Contains("2001:db8:9::/48 via 2001:db8::9 dev eth0", stage.Host.Ip("-6 route show proto keepalived"), StringComparison.Ordinal);
        Assert.Empty(await stage.Keeper.RemoveAllAsync());
        Assert.Equal("", stage.Host.Ip("-6 route show proto keepalived"));
    }

    private static HaNetworkObjectState State(KeeperStage stage, int index) => stage.Keeper.GetStatesAsync().GetAwaiter().GetResult()[index];
}
