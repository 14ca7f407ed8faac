using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.Node;

/// <summary>A node that finds files of a predecessor that nobody can read.</summary>
public sealed class CorruptStateTests
{
    [NamespaceFact]
    public async Task Each_is_told_in_the_log_by_its_name()
    {
        using var network = new TestNetwork(1);
        await using var stage = new NodeStage();
        string[] files = [.. new[] { "links", "services", "state", "sysctls" }.Select(f => Path.Combine(stage.RunDirectory, $"n1.{f}.json"))];
        foreach (string file in files) File.WriteAllText(file, "{ torn");

        HaNode node = await stage.StartAsync(network.Nodes[0], HaConfiguration.Empty);
        await node.StopAsync();

        foreach (string file in files)
        {
            Assert.Single(stage.Messages(node), m => m.StartsWith($"{file} cannot be understood", StringComparison.Ordinal));
            Assert.Equal("{ torn", File.ReadAllText(file + ".corrupt"));
        }
    }
}
