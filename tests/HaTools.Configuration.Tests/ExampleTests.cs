using System.Text.RegularExpressions;
using HaTools.Configuration.Keepalived;
using HaTools.Configuration.Yaml;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>The examples and the page on the language say what is so.</summary>
public class ExampleTests
{
    [Theory]
    [InlineData("seed-000", "seed-000-backup")]
    [InlineData("seed-001", "seed-001-master")]
    [InlineData("seed-002", "seed-002-master")]
    [InlineData("seed-003", "seed-003-backup")]
    public void A_native_example_is_its_seed_but_for_the_wire_default_of_the_checksum(string example, string seed)
    {
        HaConfiguration native = HaConfigurationReader.ReadFile(PathOf("Examples", example + ".yaml")).Clean();
        HaConfiguration keepalived = Seed(seed).Configuration!;
        HaConfiguration expected = keepalived with
        {
            VrrpInstances = keepalived.VrrpInstances.Select(i => i with { ChecksumForm = VrrpChecksumForm.MessageOnly }).ToValueList(),
        };
        Assert.Equal(expected, native);
        Assert.All(native.VrrpInstances, i => Assert.Equal(2, i.Version)); // where the checksum form says nothing
    }

    [Fact]
    public void Every_example_reads_without_a_word()
    {
        string[] files = [.. Directory.EnumerateFiles(PathOf("Examples"), "*.*",
            SearchOption.AllDirectories).Where(f =>
                f.EndsWith(".yaml", StringComparison.Ordinal) || f.EndsWith(".conf", StringComparison.Ordinal))];
        Assert.True(files.Length >= 6);
        Assert.All(files, f => HaConfigurationReader.ReadFile(f, strict: true).Clean());
    }

    [Fact]
    public void Our_own_keywords_do_what_the_example_says()
    {
        HaConfiguration c = HaConfigurationReader.ReadFile(PathOf("Examples", "own-keywords.conf")).Clean();
        Assert.Equal(new RecoveryAction
        {
            Command = "/usr/bin/systemctl start nginx",
            Timeout = TimeSpan.FromSeconds(10),
            Delay = TimeSpan.FromSeconds(2)
        }, c.Scripts[0].Recover);
        Assert.Equal("5s", c.VrrpInstances[0].SelfFencing!.ToString());
        Assert.Equal((3, VrrpChecksumForm.MessageOnly), (c.VrrpInstances[0].Version, c.VrrpInstances[0].ChecksumForm));
        Assert.Equal([new(Ip("192.0.2.20"))], c.DirectRoutingAddresses);
        Assert.Equal([new(Ip("192.0.2.21")) { Type = TunnelType.Gue, Port = 6080 }], c.TunnelAddresses);
    }

    [Fact]
    public void The_page_names_every_keyword_and_every_key()
    {
        var words = Regex.Matches(File.ReadAllText(PathOf("configuration.md")),
            "`([^`]+)`").SelectMany(m => Regex.Split(m.Groups[1].Value, @"[^\w]+").Concat(Regex.Split(m.Groups[1].Value, @"[^\w-]+"))).ToHashSet();
        Assert.Empty(KeepalivedGrammar.Supported.Except(words));
        IEnumerable<string[]> keys = typeof(YamlKeys).GetFields().Select(f => (string[])f.GetValue(null)!);
        Assert.Empty(keys.SelectMany(k => k).Except(words));
    }
}
