using HaTools.Configuration;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Tests.DataPlane.Drain;

public sealed class DrainCheckTests
{
    [Theory]
    [InlineData("persistence: 60s", "expire_quiescent_template: 0", "expire_quiescent_template is 0")]
    [InlineData("persistence: 60s", "expire_quiescent_template: 1", null)]
    [InlineData("persistence: 60s, drain: off", "expire_quiescent_template: 0", null)]
    [InlineData("scheduler: sh", "expire_quiescent_template: 0", "give sh its flag fallback")]
    [InlineData("scheduler: rr", "conn_reuse_mode: 0", "conn_reuse_mode is 0")]
    [InlineData("scheduler: rr", "conn_reuse_mode: 1", null)]
    public void What_defeats_a_drain_is_told_where_one_is_wanted(string service, string parameter, string? words)
    {
        ConfigurationReadResult read = HaConfigurationReader.ReadText(
            $"virtualServers: [{{ address: 192.0.2.1, port: 80, {service} }}]\nipvs: {{ parameters: {{ {parameter} }} }}\n", "t.yaml", ConfigurationFormat.Yaml);
        IReadOnlyList<string> concerns = DrainCheck.Concerns(read.Configuration!);
        if (words is null) Assert.Empty(concerns);
        else Assert.Contains(words, Assert.Single(concerns), StringComparison.Ordinal);
        Assert.All(concerns, c => Assert.StartsWith("virtual_server tcp 192.0.2.1:80: ", c, StringComparison.Ordinal));
    }
}
