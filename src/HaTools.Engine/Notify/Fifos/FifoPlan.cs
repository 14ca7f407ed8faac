using HaTools.Engine.Scripts;

namespace HaTools.Engine.Notify.Fifos;

/// <summary>What a FIFO is told of.</summary>
internal enum FifoScope
{
    All,
    Vrrp,

    /// <summary>Services and real servers.</summary>
    Ipvs,
}

/// <summary>A FIFO of a configuration, made ready.</summary>
internal sealed class FifoPlan
{
    private FifoPlan(string keyword, FifoScope scope, NotifyFifo configured, ScriptPolicy policy)
    {
        (Keyword, Scope, Path) = (keyword, scope, configured.Path);
        Owner = policy.Users.Of(configured.User, $"{keyword} {configured.Path}");
        if (configured.Script is not { } script) return;
        string what = $"{keyword}_script";
        Script = new ScriptCommand(what, script.Command, policy.Users.Of(script.User, what), policy);
        CommandLine = script.Command;
    }

    /// <summary>keepalived's name of it: <c>vrrp_notify_fifo</c>.</summary>
    public string Keyword { get; }

    public FifoScope Scope { get; }

    public string Path { get; }

    /// <summary>Whose it is, where it has to be made.</summary>
    public ScriptUser Owner { get; }

    /// <summary>What reads it; null: somebody else does.</summary>
    public ScriptCommand? Script { get; }

    private string? CommandLine { get; }

    /// <summary>Those of a configuration.</summary>
    /// <exception cref="HaEngineException">A user that does not exist, a command line that cannot be read.</exception>
    public static IReadOnlyList<FifoPlan> AllOf(HaConfiguration configuration, ScriptPolicy policy)
    {
        List<FifoPlan> all = [];
        Add("notify_fifo", FifoScope.All, configuration.NotifyFifo);
        Add("vrrp_notify_fifo", FifoScope.Vrrp, configuration.VrrpNotifyFifo);
        Add("lvs_notify_fifo", FifoScope.Ipvs, configuration.IpvsNotifyFifo);
        return all;

        void Add(string keyword, FifoScope scope, NotifyFifo? configured)
        {
            if (configured is not null) all.Add(new FifoPlan(keyword, scope, configured, policy));
        }
    }

    public bool Covers(NotifyKey key) => Scope == FifoScope.All || (Scope == FifoScope.Ipvs) == key.IsOfHealth;

    /// <summary>Whether another's script is this one's, so that it may go on.</summary>
    public bool HasScriptOf(FifoPlan other) => CommandLine == other.CommandLine && (Script is null || Script.RunsAs(other.Script!));
}
