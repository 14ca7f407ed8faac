using System.Reflection;

namespace HaTools.Netlink.Tests.Ipvs.Rows;

/// <summary>From a row of the feature table to its tests: <c>dotnet test --filter Row=I7</c>.</summary>
public sealed class RowIndexTests
{
    [Fact]
    public void Every_row_of_IPVS_has_tests()
    {
        HashSet<string> rows = [.. typeof(RowIndexTests).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods().Cast<MemberInfo>().Append(t))
            .SelectMany(m => m.GetCustomAttributesData())
            .Where(a => a.AttributeType == typeof(TraitAttribute) && a.ConstructorArguments[0].Value is "Row")
            .Select(a => (string)a.ConstructorArguments[1].Value!)];
        Assert.Empty(Enumerable.Range(1, 31).Select(i => $"I{i}").Except(rows));
        Assert.Empty(rows.Except(Enumerable.Range(1, 31).Select(i => $"I{i}")));
    }
}
