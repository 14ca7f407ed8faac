using HaTools.Engine.HostState;
using HaTools.Engine.Tests.Vrrp;
using HaTools.Linux;

namespace HaTools.Engine.Tests.HostState;

public sealed class SecondaryPromotionTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("hatools-").FullName;
    private readonly TestNetwork network = new(1);
    private readonly object vrrp = new();
    private readonly List<string> told = [];

    private string RememberedIn => Path.Combine(directory, "n.sysctls.json");

    [NamespaceFact]
    public void It_stays_on_for_one_holder_while_another_comes_and_goes()
    {
        var promotion = new SecondaryPromotion();
        Off();
        using (In(() => promotion.HoldWhile(["eth0"])))
        {
            Assert.Equal(Promotion.IsOurs, In(() => promotion.Hold("eth0", vrrp)));
        }

        Assert.Equal("1", Present());
        In(() => promotion.Release("eth0", vrrp));
        Assert.Equal("0", Present());
    }

    [NamespaceFact]
    public void What_was_on_before_is_not_given_back()
    {
        var promotion = new SecondaryPromotion(RememberedIn);
        Off();
        In(() => Sysctl.Write(SecondaryPromotion.PathOf("eth0"), "1"));
        Assert.Equal(Promotion.WasOn, In(() => promotion.Hold("eth0", vrrp)));
        In(() => promotion.Release("eth0", vrrp));
        In(promotion.RestoreAll);
        Assert.Equal("1", Present());
        Assert.False(File.Exists(RememberedIn));
    }

    [NamespaceFact]
    public void A_successor_gives_back_what_a_predecessor_left_also_where_it_needs_nothing()
    {
        Off();
        Assert.Equal(Promotion.WasSet, In(() => new SecondaryPromotion(RememberedIn).Hold("eth0", vrrp)));
        var successor = new SecondaryPromotion(RememberedIn);

        In(successor.RestoreAll);

        Assert.Equal("0", Present());
        Assert.False(File.Exists(RememberedIn));
    }

    [NamespaceFact]
    public void Where_it_cannot_be_remembered_that_is_told_and_the_addresses_are_protected()
    {
        Off();
        string nowhere = Path.Combine(directory, "file", "n.sysctls.json");
        File.WriteAllText(Path.Combine(directory, "file"), "");
        var promotion = new SecondaryPromotion(nowhere, told.Add);

        Assert.Equal(Promotion.WasSet, In(() => promotion.Hold("eth0", vrrp)));

        Assert.Equal("1", Present());
        Assert.Contains(nowhere, Assert.Single(told), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        network.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private void Off() => network.Nodes[0].DoNotPromote();

    private string? Present() => network.Nodes[0].Sysctl(SecondaryPromotion.PathOf("eth0"));

    private T In<T>(Func<T> what) => network.Nodes[0].Namespace.Run(what);

    private void In(Action what) => network.Nodes[0].Namespace.Run(what);
}
