using HaTools.Engine.DataPlane;
using HaTools.Netlink.Ipvs.Save;

namespace HaTools.Engine.Tests.DataPlane;

/// <summary>A saved table brought into one in memory. In the kernel: the lab's tests of <c>hanode ipvs</c>.</summary>
public sealed class IpvsImportTests : IDisposable
{
    private const string Saved = """
        -A -t 192.0.2.1:80 -s mh
        -a -t 192.0.2.1:80 -r 10.0.0.13:80 -g -w 1
        -a -t 192.0.2.1:80 -r 10.0.0.11:80 -g -w 2
        -a -t 192.0.2.1:80 -r 10.0.0.12:80 -g -w 1
        """;

    private readonly MemoryDataPlane plane = new();

    [Theory]
    [InlineData("mh")]
    [InlineData("sh")]
    [InlineData("dh")]
    [InlineData("rr")]
    public void Servers_are_entered_in_the_file_s_order(string scheduler)
    {
        IpvsSavedTable saved = Read(Saved.Replace("mh", scheduler, StringComparison.Ordinal));
        Restore(saved);
        Assert.Equal(["10.0.0.13:80", "10.0.0.11:80", "10.0.0.12:80"], Entered());
        Assert.Empty(IpvsImport.Plan(saved, plane, replace: true));
    }

    [Fact]
    public void Servers_that_stand_otherwise_are_entered_again_in_the_file_s_order()
    {
        IpvsSavedTable saved = Read(Saved);
        string[] lines = Saved.Split('\n');
        Restore(Read(string.Join('\n', [lines[0], .. lines[1..].Reverse()])));
        Assert.Equal(["10.0.0.12:80", "10.0.0.11:80", "10.0.0.13:80"], Entered());
        Restore(saved);
        Assert.Equal(["10.0.0.13:80", "10.0.0.11:80", "10.0.0.12:80"], Entered());
    }

    public void Dispose() => plane.Dispose();

    private static IpvsSavedTable Read(string text)
    {
        IpvsSaveReading reading = IpvsSaveReader.Read(text + "\n");
        Assert.True(reading.Succeeded);
        return reading.Table;
    }

    private void Restore(IpvsSavedTable saved) => Assert.Empty(plane.Apply(IpvsImport.Plan(saved, plane, replace: true)));

    /// <summary>The newest stands first.</summary>
    private IEnumerable<string> Entered() => Assert.Single(plane.Read(null)).Destinations.Select(d => d.Key.ToString()).Reverse();
}
