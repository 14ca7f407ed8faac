using System.Net;
using System.Runtime.CompilerServices;
using HaTools.Linux;
using HaTools.Netlink.Route;
using HaTools.Netlink.Tests.Ipvs;
using static HaTools.Netlink.Tests.Ipvs.IpvsNamespace;

namespace HaTools.Netlink.Tests.Package;

/// <summary>What the package's README shows is compiled, and does what it says.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void Every_example_is_compiled_word_for_word()
    {
        string here = Folder();
        string[] source = Lines(File.ReadAllText(Path.Combine(here, "ReadmeExamples.cs")));
        string[] blocks = File.ReadAllText(Path.Combine(here, "../../../src/HaTools.Netlink/README.md")).Split("```csharp\n")[1..];
        Assert.Equal(6, blocks.Length);
        foreach (string block in blocks)
        {
            string[] lines = Lines(block.Split("\n```")[0]);
            Assert.True(
                Enumerable.Range(0, source.Length).Any(i => source.Skip(i).Take(lines.Length).SequenceEqual(lines)),
                $"Not in ReadmeExamples.cs:\n{string.Join('\n', lines)}");
        }
    }

    [RootFact]
    public void Addresses_and_a_protocol_of_ones_own()
    {
        using NetworkNamespace own = NetworkNamespace.Create();
        own.Run(() =>
        {
            ReadmeExamples.Route();
            using RouteClient route = RouteClient.Open();
            Assert.Contains(route.GetAddresses(), a => a.Address.Equals(IPAddress.Parse("192.0.2.1")));
            Assert.Contains("nlctrl", ReadmeExamples.Own());
        });
    }

    [IpvsFact]
    [Trait("Needs", "ipvs")]
    public void A_table() => InNamespace(_ =>
    {
        const string Expected = """
            -A -t 192.0.2.1:80 -s wrr
            -a -t 192.0.2.1:80 -r 192.0.2.11:8080 -m -w 5
            -a -t 192.0.2.1:80 -r 192.0.2.12:8080 -m -w 1

            """;
        Assert.Equal((0, Expected), ReadmeExamples.Ipvs(CancellationToken.None));
    });

    /// <summary>Without the indentation, which is deeper there.</summary>
    private static string[] Lines(string text) => [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)];

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
