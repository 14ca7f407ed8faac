using System.Net;
using HaTools.Engine.Checks;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Tests.DataPlane.Services;

/// <summary>What checks say while the table has gone over to a configuration that is refused then, and has their servers no more, or these without them.</summary>
public sealed class RefusedServicesTests : IServiceSink, IDisposable
{
    private static readonly Dictionary<ServiceKey, string> Ungated = [];
    private readonly WorkThread thread = new("test-refused");
    private readonly MemoryDataPlane plane = new();
    private readonly ServiceController controller;

    public RefusedServicesTests() => controller = new ServiceController(thread, () => plane, this, new ServiceMemory(null, "n"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_known_when_they_come_back_and_forgotten_when_the_checks_have_gone(bool serversStay)
    {
        VirtualServer before = Web(Server(1), Server(2), Server(3)), wanted = serversStay ? Web(Server(1) with { Checks = [] }, Server(2) with { Checks = [] }, Server(3)) : Web(Server(3));
        await Go(before);
        await controller.SetCheckedAsync();
        Say(1, false);
        await Go(wanted);
        Assert.Equal(serversStay ? "1=10 2=10 3=10" : "3=10", Table());

        // The first is good again, the second is not any more, the third is both before and after.
        Say(1, true);
        Say(2, false);
        controller.SetWeight(Key(3), CheckWeight.Instead(7));
        controller.SetWeight(Key(1), CheckWeight.Instead(5));
        await Go(wanted);
        await Go(before);
        Assert.Equal("1=5 3=7", Table());

        // In force: a check that a later reload brings again begins anew.
        await Go(wanted);
        await controller.SetCheckedAsync();
        Say(1, false);
        await Go(before);
        Assert.Equal("1=10 2=10 3=7", Table());
    }

    private async Task Go(VirtualServer server)
    {
        await controller.RequireAsync([server]);
        await controller.ConfigureAsync([server], Ungated, _ => true, keepRemoved: true);
    }

    private void Say(int server, bool up) => controller.SetHealth(Key(server), up, up ? null : "refused");

    private static CheckKey Key(int server) => new(ServiceKey.Of(Web()), DestinationKey.Of(Server(server)), CheckId.Of(Server(server).Checks)[0]);

    private string Table() => string.Join(' ', plane.Read(null)[0].Destinations.OrderBy(d => d.Key.Port).Select(d => $"{d.Key.Port}={d.Weight}"));

    private static VirtualServer Web(params RealServer[] servers) => new() { Address = IPAddress.Parse("192.0.2.1"), Port = 80, RealServers = [.. servers] };

    private static RealServer Server(int number) => new() { Address = IPAddress.Parse("10.0.0.1"), Port = number, Weight = 10, Checks = [new MiscCheck { Command = "true", DynamicWeight = true }] };

    void IServiceSink.OnService(string kind, string subject, string message, string? state)
    {
    }

    void IServiceSink.OnPrepared(string instance)
    {
    }

    public void Dispose()
    {
        thread.Dispose();
        controller.Dispose();
    }
}
