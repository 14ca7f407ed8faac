using System.Text;
using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>No text makes the readers throw or hang; big ones are read in a pass.</summary>
public class RobustnessTests
{
    private const string Alphabet = "{}{}\n\n\n  \"'!#/\\$@~:-[]&*|>%\t\r\u3000\u00A0\uFEFF\0é中\uD83D\uDE00019.x,";

    private static readonly string[] Seeds = ["seed-000-backup", "seed-001-master", "seed-002-master", "seed-003-master"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_configurations_are_read_or_refused(int round)
    {
        var random = new Random(round);
        string[] words = [.. Keepalived.KeepalivedGrammar.Supported, .. Yaml.YamlKeys.Instance, .. Yaml.YamlKeys.Service];
        for (int i = 0; i < 400; i++)
        {
            bool yaml = i % 2 == 1;
            string text = yaml
                ? HaConfigurationWriter.WriteYaml(new ModelGenerator(i).Next())
                : File.ReadAllText(PathOf("Seeds", Seeds[random.Next(Seeds.Length)] + ".conf"));
            string mutated = Mutate(random, text, words);
            Check(mutated, yaml ? ConfigurationFormat.Yaml : ConfigurationFormat.Keepalived);
        }
    }

    [Fact]
    public void Truncated_configurations_are_read_or_refused()
    {
        foreach (string seed in Seeds)
        {
            string text = File.ReadAllText(PathOf("Seeds", seed + ".conf"));
            for (int length = 0; length < text.Length; length++) Check(text[..length], ConfigurationFormat.Keepalived);
        }
        string yaml = HaConfigurationWriter.WriteYaml(new ModelGenerator(11).Next());
        for (int length = 0; length < yaml.Length; length += 1 + length / 500) Check(yaml[..length], ConfigurationFormat.Yaml);
    }

    [Fact]
    public void Noise_is_read_or_refused()
    {
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            var noise = new StringBuilder();
            for (int n = random.Next(200); n > 0; n--)
                noise.Append(random.Next(3) == 0 ? (char)random.Next(0x10000) : Alphabet[random.Next(Alphabet.Length)]);
            Check(noise.ToString(), ConfigurationFormat.Keepalived);
            Check(noise.ToString(), ConfigurationFormat.Yaml);
            Check(noise.ToString(), ConfigurationFormat.Auto);
        }
    }

    [Theory]
    [InlineData("{", 200_000)]
    [InlineData("}", 50_000)]
    [InlineData("a{", 200_000)]
    [InlineData("vrrp_instance V {\n", 20_000)]
    [InlineData("x\n", 100_000)]
    [InlineData("\"", 100_000)]
    [InlineData("${", 100_000)]
    [InlineData("$A ", 20_000)]
    [InlineData("😀 ", 100_000)]
    [InlineData("//", 100_000)]
    public void Long_repetitions_finish(string text, int times) =>
        Check(string.Concat(Enumerable.Repeat(text, times)), ConfigurationFormat.Keepalived);

    [Theory]
    [InlineData("- ", 2_000)]
    [InlineData("? ", 2_000)]
    [InlineData("a: ", 2_000)]
    [InlineData("[", 2_000)]
    [InlineData("{a: ", 2_000)]
    [InlineData("- a\n", 50_000)]
    public void Long_repetitions_of_yaml_finish(string text, int times) =>
        Check(string.Concat(Enumerable.Repeat(text, times)), ConfigurationFormat.Yaml);

    [Fact]
    public void Ten_thousand_real_servers_are_read_in_both_languages()
    {
        var conf = new StringBuilder("virtual_server 10.0.0.1 80 {\n  lb_algo wrr\n  lb_kind DR\n  protocol TCP\n");
        for (int i = 0; i < 10_000; i++)
        {
            conf.Append("  real_server 10.").Append(1 + i / 62_500).Append('.').Append(i / 250 % 250).Append('.').Append(1 + i % 250)
                .Append(" 80 {\n    weight 1\n    TCP_CHECK {\n      connect_timeout 3\n      retry 2\n    }\n  }\n");
        }
        HaConfiguration c = Conf(conf.Append("}\n").ToString()).Clean();
        Assert.Equal(10_000, c.VirtualServers[0].RealServers.Count);
        Assert.Equal(c, FromYaml(HaConfigurationWriter.WriteYaml(c)).Clean());
        Assert.Empty(ConfigurationDiff.Compare(c, FromYaml(HaConfigurationWriter.WriteYaml(c)).Clean()));
    }

    private static void Check(string text, ConfigurationFormat format)
    {
        ConfigurationReadResult result = HaConfigurationReader.ReadText(text, null, format);
        bool hasError = result.Diagnostics.Any(d => d.Severity == HaDiagnosticSeverity.Error);
        Assert.True(result.Configuration is null == hasError, text);
        Assert.All(result.Diagnostics, d => Assert.True(d is { Line: >= 0, Column: >= 0 } && d.Message.Length > 0));
        // Whatever was read can be written, and reads back equal.
        if (result.Configuration is { } model)
            Assert.Equal(model, HaConfigurationReader.ReadText(HaConfigurationWriter.WriteYaml(model), null,
                ConfigurationFormat.Yaml).Configuration);
    }

    private static string Mutate(Random random, string text, string[] words)
    {
        var mutated = new StringBuilder(text);
        for (int n = random.Next(1, 8); n > 0 && mutated.Length > 0; n--)
        {
            int at = random.Next(mutated.Length);
            switch (random.Next(5))
            {
                case 0:
                    mutated.Remove(at, Math.Min(random.Next(1, 20), mutated.Length - at));
                    break;
                case 1:
                    mutated.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2:
                    mutated[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 3:
                    mutated.Insert(at, $"\n{words[random.Next(words.Length)]} {random.Next(-5, 70000)}\n");
                    break;
                default:
                    mutated.Insert(at, text.AsSpan(random.Next(text.Length)));
                    break;
            }
        }
        return mutated.ToString();
    }
}
