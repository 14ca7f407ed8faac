using HaTools.Engine.Firewall;
using HaTools.Engine.HostState;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Netfilter;
using HaTools.Netlink.Route;

namespace HaTools.Engine.VirtualInterfaces;

/// <summary>
/// The virtual interfaces of a node and the firewall table that goes with them, on a thread of their own, which is there only when there is something to
/// keep. What others change is noticed by the kernel's notifications, and what those do not tell (kernel parameters) by a look every few seconds.
/// </summary>
internal sealed class VirtualNetwork : IDisposable
{
    // A burst of notifications is looked at once; soon enough, since it is mastership that waits.
    private const long Settling = 50_000_000;
    private const long Interval = 5_000_000_000;

    private readonly string node;
    private readonly string statePath;
    private readonly IVirtualNetworkSink sink;
    private readonly VirtualInterfaceState state;
    private readonly VirtualInterfaceKeeper interfaces;
    private readonly FirewallTable firewall;
    private readonly WorkThread thread;
    private RouteMonitor? links;
    private NfTablesMonitor? tables;
    private bool looksSoon;
    private bool linksDirty;
    private bool tableDirty;
    private string? trouble;

    private VirtualNetwork(string node, string statePath, IVirtualNetworkSink sink)
    {
        (this.node, this.statePath, this.sink) = (node, statePath, sink);
        state = VirtualInterfaceState.Load(statePath, message => sink.OnWarning(node, message));
        interfaces = new VirtualInterfaceKeeper(state, Save, sink);
        firewall = new FirewallTable(node, state.Tables, Save, message => sink.OnWarning(node, message), new Nft(Nft.VirtualMacs));
        thread = new WorkThread("hatools-links");
    }

    /// <summary>Ends when its thread ends; faulted when it could not go on.</summary>
    public Task Completion => thread.Completion;

    /// <summary>What it cannot do on this host, one sentence each.</summary>
    public IReadOnlyList<string> Notes => firewall.Note is { } note ? [note] : [];

    /// <summary>Whether a configuration, or what a predecessor has left, needs any of this.</summary>
    public static bool IsNeeded(HaConfiguration configuration, string statePath) => File.Exists(statePath) || configuration.VrrpInstances.Any(i =>
        !i.Accept || i.VirtualInterface is not null || i.VirtualMacForAddresses
        || i.VirtualAddresses.Any(a => a.UseVirtualMac) || i.ExcludedAddresses.Any(a => a.UseVirtualMac));

    /// <summary>Opens everything in the network namespace of the calling thread.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="statePath">The file of <see cref="VirtualInterfaceState"/>.</param>
    /// <param name="sink">Hears what happens.</param>
    public static VirtualNetwork Open(string node, string statePath, IVirtualNetworkSink sink) => new(node, statePath, sink);

    /// <summary>
    /// Makes what a configuration asks for, before anybody uses it. What it does not ask for stays until <see cref="SettleAsync"/>.
    /// </summary>
    /// <returns>What stands where.</returns>
    /// <exception cref="HaEngineException">It cannot be made here.</exception>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public Task<VirtualInterfacePlan> PrepareAsync(HaConfiguration wanted) => thread.RunAsync(() =>
    {
        VirtualInterfacePlan plan = VirtualInterfacePlan.Make(wanted, interfaces.Plan, interfaces.LookForStrangers());

        // The rules first: an interface that comes up reports its memberships at once.
        firewall.Apply(FirewallRuleset.Make(wanted, plan, interfaces.Plan, node), interfaces.Look(plan));
        interfaces.Prepare(plan, wanted);
        return plan;
    });

    /// <summary>A configuration is in force: what it does not ask for goes, and what it asks for is watched.</summary>
    /// <exception cref="HaEngineException">Some of it failed; the message names all of that, and the rest is done.</exception>
    public Task SettleAsync(HaConfiguration wanted, VirtualInterfacePlan plan) => thread.RunAsync(() =>
    {
        var failures = new Failures();
        failures.Try(() => interfaces.Settle(plan, wanted));
        failures.Try(() => firewall.Apply(FirewallRuleset.Make(wanted, plan, VirtualInterfacePlan.None, node), interfaces.Look(plan)));
        Forget();
        failures.Try(Watch);
        failures.Throw();
    });

    /// <summary>Everything goes, and all is as it was.</summary>
    public Task RemoveAsync() => SettleAsync(HaConfiguration.Empty, VirtualInterfacePlan.None);

    public void Dispose()
    {
        thread.Dispose();
        links?.Dispose();
        tables?.Dispose();
        interfaces.Dispose();
    }

    private void Save() => state.Save(statePath);

    /// <summary>Saves that something is undone. A file that says too much does no harm, so that a full disk is no reason to fail.</summary>
    private void Forget()
    {
        try
        {
            Save();
        }
        catch (HaEngineException e)
        {
            sink.OnWarning(node, e.Message);
        }
    }

    private void Watch()
    {
        if (links is null && (interfaces.Plan.Interfaces.Count > 0 || firewall.Name is not null))
        {
            links = RouteMonitor.Open();
            thread.Watch(links.Handle, ReadLinks);
            LookEveryFewSeconds();
        }

        // Without a table it is not asked for: ipvlans work on a kernel without nftables too.
        if (tables is null && firewall.Name is not null)
        {
            tables = NfTablesMonitor.Open();
            thread.Watch(tables.Handle, ReadTables);
        }
    }

    private void ReadLinks()
    {
        if (!Try(() =>
        {
            while (links!.TryRead(out RouteNotification notification))
            {
                if (interfaces.Concerns(notification)) linksDirty = true;
            }
        })) linksDirty = true;
        if (linksDirty) LookSoon();
    }

    private void ReadTables()
    {
        if (!Try(() =>
        {
            while (tables!.TryRead(out string? table))
            {
                if (table is null || table == firewall.Name) tableDirty = true;
            }
        })) tableDirty = true;
        if (tableDirty) LookSoon();
    }

    private void LookSoon()
    {
        if (looksSoon) return;
        looksSoon = true;
        thread.At(MonotonicClock.Now + Settling, () =>
        {
            looksSoon = false;
            (bool ofLinks, bool ofTable) = (linksDirty, tableDirty);
            (linksDirty, tableDirty) = (false, false);
            if (ofLinks) _ = Try(interfaces.Repair);
            if (ofLinks || ofTable) _ = Try(RepairTable);
        });
    }

    private void LookEveryFewSeconds() => thread.At(MonotonicClock.Now + Interval, () =>
    {
        _ = Try(interfaces.Repair);
        if (firewall.IsInDoubt) _ = Try(RepairTable);
        LookEveryFewSeconds();
    });

    private void RepairTable()
    {
        if (firewall.Name is not null) firewall.Repair(interfaces.Look(interfaces.Plan));
    }

    /// <summary>A kernel that does not answer just now is asked again with the next look: no reason to give up a node. Told once.</summary>
    private bool Try(Action look)
    {
        try
        {
            look();
            trouble = null;
            return true;
        }
        catch (Exception e) when (e is HaEngineException or IOException)
        {
            if (trouble != e.Message) sink.OnWarning(node, e.Message);
            trouble = e.Message;
            return false;
        }
    }
}
