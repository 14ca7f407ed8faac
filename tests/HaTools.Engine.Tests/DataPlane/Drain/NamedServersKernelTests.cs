using HaTools.Engine.Tests.Names;

namespace HaTools.Engine.Tests.DataPlane.Drain;

/// <summary>Real servers by name in a kernel's IPVS, under clients.</summary>
[Trait("Needs", "ipvs")]
public sealed class NamedServersKernelTests
{
    [IpvsKernelFact]
    public async Task The_table_follows_the_name_and_no_connection_breaks()
    {
        await using var lab = new DrainLab();
        using TestNameServer names = lab.StartNameServer();
        names.Has("app.example", "10.9.0.2", "10.9.0.3");
        HaConfiguration plain = lab.Configuration(1, 1);
        RealServer named = new() { HostName = "app.example", Port = 80 };
        HaNode node = await lab.StartAsync(plain with { VirtualServers = [plain.VirtualServers[0] with { RealServers = [named] }], Resolver = TestNameServer.Settings(names) });
        await lab.Stage.UntilAsync(() => Task.FromResult(lab.Weights() is { Count: 2 }));
        LabConnection[] connections = [lab.Connect(), lab.Connect()];
        LabConnection toB = connections.Single(c => c.Server == 'b');

        // Gone from the name: no new clients, and the old one stays until it ends.
        names.Has("app.example", "10.9.0.2");
        await lab.Stage.UntilAsync(() => Task.FromResult(lab.ServerB() == (0, 1)));
        Assert.All(connections, c => Assert.True(c.Echoes()));
        Assert.Equal(['a', 'a'], new[] { lab.Connect(), lab.Connect() }.Select(c => c.Server));

        // Silence keeps what was known.
        names.IsSilent = true;
        await lab.Stage.UntilAsync(async () => (await node.GetStatusAsync()).Names[0].Trouble is not null);
        Assert.Equal('a', lab.Connect().Server);
        Assert.True(toB.Echoes());
        toB.Dispose();
        await lab.Stage.UntilAsync(() => Task.FromResult(lab.ServerB() is null));

        names.IsSilent = false;
        names.Has("app.example", "10.9.0.3", "10.9.0.2");
        await lab.Stage.UntilAsync(() => Task.FromResult(lab.ServerB() is { Weight: 1 }));
        Assert.True(connections.Single(c => c.Server == 'a').Echoes());
        Assert.Contains([lab.Connect(), lab.Connect()], c => c.Server == 'b');
    }
}
