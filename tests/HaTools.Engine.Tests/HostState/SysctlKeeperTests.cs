using HaTools.Engine.HostState;
using HaTools.Engine.Tests.Vrrp;

namespace HaTools.Engine.Tests.HostState;

public sealed class SysctlKeeperTests : IDisposable
{
    /// <summary>A value that the kernel refuses (EINVAL).</summary>
    internal const string NoNumber = "no number";

    private const string Ignore = "net/ipv4/conf/eth0/arp_ignore";
    private const string Announce = "net/ipv4/conf/eth0/arp_announce";
    private const string Filter = "net/ipv4/conf/eth0/arp_filter";
    private const string AllFilter = "net/ipv4/conf/all/arp_filter";
    private readonly TestNetwork network = new(1);
    private readonly Dictionary<string, SysctlChange> changes = [];

    [NamespaceFact]
    public void What_cannot_be_given_back_keeps_nothing_else_from_it_and_all_of_it_is_told()
    {
        var keeper = new SysctlKeeper("a test", changes, () => { });
        In(() =>
        {
            _ = keeper.Set(Ignore, "1");
            _ = keeper.Set(Announce, "2");
            _ = keeper.Set(Filter, "1");
            _ = keeper.Set(AllFilter, "1");
        });
        changes[AllFilter] = new SysctlChange(NoNumber, "1");
        changes[Announce] = new SysctlChange(NoNumber, "2");

        HaEngineException told = Assert.Throws<HaEngineException>(() => In(() => keeper.Restore(_ => false)));

        Assert.Contains($"a test: cannot set {AllFilter} to {NoNumber}", told.Message, StringComparison.Ordinal);
        Assert.Contains($"a test: cannot set {Announce} to {NoNumber}", told.Message, StringComparison.Ordinal);
        Assert.Equal(("0", "0"), (Present(Ignore), Present(Filter)));

        // A successor may be able to.
        Assert.Equal([AllFilter, Announce], changes.Keys.Order());
    }

    [NamespaceFact]
    public void What_is_wanted_stays_and_what_somebody_else_has_set_since_is_theirs()
    {
        var keeper = new SysctlKeeper("a test", changes, () => { });
        In(() =>
        {
            _ = keeper.Set(Ignore, "1");
            _ = keeper.Set(Announce, "2");
            _ = keeper.Set(Filter, "1");
            Linux.Sysctl.Write(Announce, "1");
            keeper.Restore(path => path == Filter);
        });
        Assert.Equal(("0", "1", "1"), (Present(Ignore), Present(Announce), Present(Filter)));
        Assert.Equal([Filter], changes.Keys);
    }

    public void Dispose() => network.Dispose();

    private string? Present(string path) => network.Nodes[0].Sysctl(path);

    private void In(Action what) => network.Nodes[0].Namespace.Run(what);
}
