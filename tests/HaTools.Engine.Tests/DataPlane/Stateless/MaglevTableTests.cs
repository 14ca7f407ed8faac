using System.Net;
using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>What the table is for: shares by weight, and little that moves. That it is the kernel's is for <see cref="MaglevKernelTests"/>.</summary>
public sealed class MaglevTableTests
{
    private const int Clients = 20_000;

    [Fact]
    public void Shares_are_by_weight_and_0_takes_none()
    {
        Dictionary<string, int> shares = Shares(Table((1, 1, null), (2, 3, null), (3, 0, 4), (4, 0, null)));
        Assert.Equal(["10.0.1.1:80", "10.0.1.2:80"], shares.Keys.Order());

        // The half of the third goes on to the others, by their shares.
        Assert.InRange(shares["10.0.1.1:80"] / (double)Clients, 0.22, 0.28);
    }

    [Fact]
    public void Nobody_takes_a_client_of_servers_without_places()
    {
        Assert.Null(Table().ServerOf(IPAddress.Loopback, 1));
        Assert.Null(Table((1, 0, null)).ServerOf(IPAddress.Loopback, 1));
        Assert.Null(Table((1, 0, 5), (2, 0, 1)).ServerOf(IPAddress.Loopback, 1));
    }

    [Fact]
    public void One_that_fails_moves_its_own_clients_only_and_one_that_goes_few_others()
    {
        MaglevTable all = Table((1, 1, null), (2, 1, null), (3, 1, null));
        MaglevTable failed = Table((1, 1, null), (2, 0, 1), (3, 1, null));
        MaglevTable gone = Table((1, 1, null), (3, 1, null));
        Assert.Equal(0, all.MovedSince(Table((3, 7, null), (1, 7, null), (2, 7, null))));
        Assert.InRange(failed.MovedSince(all), MaglevTable.Size / 3, (MaglevTable.Size / 3) + 1);
        Assert.InRange(gone.MovedSince(all), MaglevTable.Size / 3, MaglevTable.Size / 2);
        for (int port = 0; port < Clients; port++)
        {
            DestinationKey before = all.ServerOf(IPAddress.Loopback, port)!.Value;
            if (before.Address.GetAddressBytes()[3] != 2) Assert.Equal(before, failed.ServerOf(IPAddress.Loopback, port));
        }
    }

    private static Dictionary<string, int> Shares(MaglevTable table) =>
        Enumerable.Range(0, Clients).GroupBy(p => $"{table.ServerOf(IPAddress.Parse("10.0.0.7"), p)}").ToDictionary(g => g.Key, g => g.Count());

    private static MaglevTable Table(params (int Host, int Weight, int? Entered)[] servers) => MaglevTable.Of(new PlaneService
    {
        Key = new ServiceKey(IpvsProtocol.Tcp, IPAddress.Parse("10.0.0.1"), 80),
        Scheduler = "mh",
        Destinations = [.. servers.Select(s => new PlaneDestination
        {
            Key = new DestinationKey(IPAddress.Parse($"10.0.1.{s.Host}"), 80), Forwarding = IpvsForwardingMethod.DirectRoute, Weight = s.Weight, EnteredWeight = s.Entered,
        })],
    });
}
