using HaTools.Configuration;
using HaTools.Engine.Firewall;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink.Netfilter;

namespace HaTools.Engine.DataPlane;

/// <summary>
/// Gives groups their marks, remembers them, and keeps the table of nftables that sets them, on a thread of its own, which is there only when a configuration or a predecessor has groups with marks.
/// The table is replaced whole, in one transaction: no packet passes without its mark meanwhile, and connections are IPVS's business.
/// </summary>
internal sealed class GroupMarkKeeper : IDisposable
{
    /// <summary>What needs nft.</summary>
    public const string Purpose = "groups by marks of the node's own (`nftables_ipvs`)";

    private const long Settling = 50_000_000;
    private const long Interval = 5_000_000_000;
    private static readonly FirewallPlace Nowhere = new(new Dictionary<string, System.Net.IPAddress>(), new Dictionary<string, int>());

    private readonly string node;
    private readonly string statePath;
    private readonly Action<string> warn;
    private readonly GroupMarkState state;
    private readonly FirewallTable table;
    private readonly WorkThread thread;

    /// <summary>Those that the table sets, as this engine has loaded it.</summary>
    private Dictionary<string, uint> inForce = [];
    private volatile IReadOnlyDictionary<string, uint> marks;
    private NfTablesMonitor? tables;
    private bool looksSoon;
    private string? trouble;

    private GroupMarkKeeper(string node, string statePath, Action<string> warn, INft nft)
    {
        (this.node, this.statePath, this.warn) = (node, statePath, warn);
        state = GroupMarkState.Load(statePath, warn);
        marks = new Dictionary<string, uint>(state.Marks);
        table = new FirewallTable(node, state.Tables, Save, warn, nft);
        thread = new WorkThread("hatools-marks");
    }

    /// <summary>Ends when its thread ends; faulted when it could not go on.</summary>
    public Task Completion => thread.Completion;

    /// <summary>The marks of groups, of those that are about to come or to go too; from any thread.</summary>
    public IReadOnlyDictionary<string, uint> Marks => marks;

    /// <summary>Whether a configuration, or what a predecessor has left, needs any of this.</summary>
    public static bool IsNeeded(HaConfiguration configuration, string statePath) => configuration.Ipvs.GroupMarks is not null || File.Exists(statePath);

    /// <summary>Opens it in the network namespace of the calling thread.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="statePath">The file of <see cref="GroupMarkState"/>.</param>
    /// <param name="warn">Hears what is not as it should be.</param>
    /// <param name="nft">The program; null: the real one.</param>
    public static GroupMarkKeeper Open(string node, string statePath, Action<string> warn, INft? nft = null) => new(node, statePath, warn, nft ?? new Nft(Purpose));

    /// <summary>Gives the groups of a configuration their marks, beside those that groups have by now, and remembers them. Nothing in the kernel changes.</summary>
    /// <param name="wanted">The configuration.</param>
    /// <param name="taken">The marks of services of others.</param>
    /// <exception cref="HaEngineException">A service wants a mark that packets to a group carry now, or it cannot be remembered.</exception>
    public Task AssignAsync(HaConfiguration wanted, IReadOnlySet<uint> taken) => thread.RunAsync(() =>
    {
        IReadOnlySet<uint> named = GroupMarks.Named(wanted);
        foreach ((string key, uint mark) in inForce)
        {
            if (named.Contains(mark))
                throw new HaEngineException($"fwmark {mark} is on packets to the group `{key}` now (nftables_ipvs): give the service another mark, or begin with another one for groups (nftables_ipvs_start_fwmark) and start the node anew");
        }

        Dictionary<string, uint> assigned = GroupMarks.Assign(wanted, state.Marks, taken);
        foreach ((string key, uint mark) in assigned) state.Marks[key] = mark;
        Save();
        marks = new Dictionary<string, uint>(state.Marks);
    });

    /// <summary>Has the packets to the groups of a configuration marked, and no others. The services of the marks stand before and go after it.</summary>
    /// <param name="served">The configuration, with its marks.</param>
    /// <exception cref="HaEngineException">nft is missing or refused it, or the table is somebody else's.</exception>
    public Task ApplyAsync(HaConfiguration served) => thread.RunAsync(() =>
    {
        var rules = GroupMarkRuleset.Make(served, node);
        table.Apply(rules, Nowhere);
        inForce = rules is null ? [] : MarksOf(served);
        if (tables is not null || rules is null) return;
        tables = NfTablesMonitor.Open();
        thread.Watch(tables.Handle, ReadTables);
        LookEveryFewSeconds();
    });

    /// <summary>A configuration is in force: the marks of groups that have gone are forgotten.</summary>
    public Task SettleAsync(HaConfiguration served) => thread.RunAsync(() =>
    {
        Dictionary<string, uint> kept = MarksOf(served);
        foreach (string key in state.Marks.Keys.Where(k => !kept.ContainsKey(k)).ToArray()) _ = state.Marks.Remove(key);
        marks = new Dictionary<string, uint>(state.Marks);
        try
        {
            Save();
        }
        catch (HaEngineException e)
        {
            // A file that says too much does no harm.
            warn(e.Message);
        }
    });

    public void Dispose()
    {
        thread.Dispose();
        tables?.Dispose();
    }

    private static Dictionary<string, uint> MarksOf(HaConfiguration served)
    {
        Dictionary<string, uint> kept = [];
        foreach (VirtualServer server in served.VirtualServers)
        {
            if (server.GroupMark is { } mark) kept[GroupMarks.KeyOf(server)] = mark;
        }

        return kept;
    }

    private void Save() => state.Save(statePath);

    private void ReadTables()
    {
        bool isOurs = false;
        if (!Try(() =>
        {
            while (tables!.TryRead(out string? changed)) isOurs |= changed is null || changed == table.Name;
        })) isOurs = true;
        if (!isOurs || looksSoon) return;
        looksSoon = true;
        thread.At(MonotonicClock.Now + Settling, () =>
        {
            looksSoon = false;
            _ = Try(() => table.Repair(Nowhere));
        });
    }

    private void LookEveryFewSeconds() => thread.At(MonotonicClock.Now + Interval, () =>
    {
        if (table.IsInDoubt) _ = Try(() => table.Repair(Nowhere));
        LookEveryFewSeconds();
    });

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
            if (trouble != e.Message) warn(e.Message);
            trouble = e.Message;
            return false;
        }
    }
}
