using System.Reflection;
using System.Runtime.CompilerServices;

namespace HaTools.Netlink.Tests.Package;

/// <summary>
/// The public interface is what PublicApi.txt says: who changes it sees what others lose or get. With HATOOLS_ACCEPT_API=1 the file is
/// written anew.
/// </summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_interface_is_as_written_down()
    {
        string path = Path.Combine(Folder(), "PublicApi.txt");
        string actual = PublicApi.Of(Package(typeof(NetlinkSocket).Assembly));
        if (Environment.GetEnvironmentVariable("HATOOLS_ACCEPT_API") == "1") File.WriteAllText(path, actual);
        string[] written = File.ReadAllLines(path), now = actual.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // Members' lines are told with their type's.
        string gone = Difference(written, now), come = Difference(now, written);
        Assert.True(
            gone.Length + come.Length == 0,
            $"The public interface has changed; if that is meant, run this test with HATOOLS_ACCEPT_API=1.\nNo longer there:\n{gone}\nNew:\n{come}");
    }

    /// <summary>What is in the package: the assembly and those of this project that it is built on.</summary>
    private static IEnumerable<Assembly> Package(Assembly assembly) => assembly.GetReferencedAssemblies()
        .Where(a => a.Name!.StartsWith("HaTools.", StringComparison.Ordinal)).SelectMany(a => Package(Assembly.Load(a))).Append(assembly).Distinct();

    private static string Difference(IEnumerable<string> from, IEnumerable<string> other) => string.Join('\n', Qualified(from).Except(Qualified(other)));

    private static IEnumerable<string> Qualified(IEnumerable<string> lines)
    {
        string type = "";
        foreach (string line in lines)
        {
            if (line.StartsWith(' ')) yield return $"{type} {line.Trim()}";
            else yield return type = line;
        }
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
