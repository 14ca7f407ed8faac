using HaTools.Engine.DataPlane;
using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Notify.Fifos;
using HaTools.Engine.Notify.Mails;
using HaTools.Engine.Notify.Webhooks;
using HaTools.Engine.Scripts;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Notify;

/// <summary>
/// Decides what is told of instances, groups, services and real servers, and has their scripts run, the FIFOs written, the mails sent and the webhooks told. Everything happens on the thread.
/// </summary>
internal sealed class NotifyRunner
{
    /// <summary>After this time a script is ended, and the next thing is told.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>What a script has at the node's stop; and what one that runs then has to end by itself.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly WorkThread thread;
    private readonly NotifyScriptRunner scripts;
    private readonly NotifyFifos fifos;
    private readonly NotifyMails mails;
    private readonly NotifyWebhooks hooks;

    /// <summary>What has scripts or mails, or what a FIFO or a webhook wants to hear of.</summary>
    private readonly Dictionary<NotifyKey, Told> objects = [];
    private volatile bool wantsHealth;

    /// <param name="thread">The thread.</param>
    /// <param name="sink">Hears what there is to say of them.</param>
    /// <param name="pace">How hard it is tried to deliver what others do not take; null: as usual.</param>
    public NotifyRunner(WorkThread thread, INotifySink sink, DeliveryPace? pace = null)
    {
        this.thread = thread;
        scripts = new NotifyScriptRunner(thread, sink);
        fifos = new NotifyFifos(thread, sink, Present);
        mails = new NotifyMails(thread, sink, pace ?? new DeliveryPace());
        hooks = new NotifyWebhooks(thread, sink, pace ?? new DeliveryPace());
    }

    /// <summary>The time that a script has which is run next, <see cref="Timeout"/> unless a test is in a hurry.</summary>
    public TimeSpan Patience
    {
        get => scripts.Patience;
        set => scripts.Patience = value;
    }

    /// <inheritdoc cref="NotifyScriptRunner.MostAtOnce"/>
    public int MostAtOnce
    {
        get => scripts.MostAtOnce;
        init => scripts.MostAtOnce = value;
    }

    /// <summary>Whether anybody wants to hear of services and real servers. For any thread.</summary>
    public bool WantsHealth => wantsHealth;

    /// <summary>Whether there are instances or groups whose state has not been heard of: see <see cref="Know"/>.</summary>
    public bool LacksStates => objects.Values.Any(o => !o.Key.IsOfHealth && o.State is null);

    /// <summary>The same as <see cref="Prepare(HaConfiguration, ScriptPolicy)"/>, and opens the FIFOs that are new, and takes the webhooks in. From any thread.</summary>
    /// <param name="configuration">The configuration, with what the files of CAs of its webhooks hold (<see cref="WebhookFiles"/>).</param>
    /// <param name="policy">How its scripts run.</param>
    /// <exception cref="HaEngineException">A FIFO cannot be made, or is not ours to use.</exception>
    public async Task PrepareAsync(HaConfiguration configuration, ScriptPolicy policy)
    {
        var wanted = Wanted.Of(configuration, policy);
        IReadOnlyList<WebhookPlan> plans = WebhookPlan.AllOf(configuration);
        IReadOnlyDictionary<string, NamedPipe> opened = await fifos.OpenAsync(wanted.Fifos).ConfigureAwait(false);
        await thread.RunAsync(() => Prepare(wanted, opened, plans)).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes a configuration without FIFOs and webhooks in, before its states are heard of. Objects that it does not have any more keep their scripts until <see cref="Forget"/>.
    /// </summary>
    public void Prepare(HaConfiguration configuration, ScriptPolicy policy) => Prepare(Wanted.Of(configuration, policy), new Dictionary<string, NamedPipe>(), []);

    /// <summary>The configuration is in force: what it does not have any more is told that it is gone, and what nobody wants to hear of is forgotten.</summary>
    public void Forget(HaConfiguration configuration)
    {
        Dictionary<NotifyKey, NotifyObject> there = NotifyObject.AllOf(configuration).ToDictionary(o => o.Key);
        foreach (Told one in InOrder.ToArray())
        {
            bool isThere = there.TryGetValue(one.Key, out NotifyObject? wanted);
            if (isThere && wanted!.Scripts.Count == 0) scripts.Drop(one.Key);
            if (isThere && IsWanted(wanted!))
            {
                one.IsInForce = true;
                continue;
            }

            if (!isThere && one.IsInForce && one.Object.AtEnd(one.Priority, one.IsUp) is { } last) Tell(one, last with { Former = one.State });
            scripts.Drop(one.Key);
            mails.Forget(one.Key);
            _ = objects.Remove(one.Key);
        }

        mails.Force();
        hooks.Force();
        fifos.Force(configuration.NotifyStatesOnReload ? Untold() : []);
        wantsHealth = objects.Keys.Any(k => k.IsOfHealth);
    }

    /// <summary>What an instance or a group is that has not been heard of since it came here: one that a FIFO is new for, or that goes on under another name.</summary>
    public void Know(NotifyKey key, VrrpStateKind state, int priority)
    {
        if (KindOf(state) is not { } kind || !objects.TryGetValue(key, out Told? one) || one.State is not null) return;
        (one.State, one.Priority, one.IsTold) = (kind, priority, true);
        fifos.Tell(one.Object, new NotifyNews(kind, priority));
    }

    /// <summary>An object's state changed.</summary>
    public void OnState(NotifyKey key, VrrpStateKind state, int priority)
    {
        if (KindOf(state) is not { } kind || !objects.TryGetValue(key, out Told? one)) return;
        NotifyKind? former = one.State;
        (one.State, one.Priority, one.IsInForce) = (kind, priority, true);
        Tell(one, new NotifyNews(kind, priority) { Former = former });
    }

    /// <summary>A service has its quorum or not, a real server is up or not.</summary>
    /// <param name="key">Which.</param>
    /// <param name="up">Whether.</param>
    /// <param name="news">Since when.</param>
    /// <param name="weight">What it weighs, or those of its servers that are up.</param>
    public void OnHealth(NotifyKey key, bool up, HealthNews news, long weight = 0)
    {
        if (!objects.TryGetValue(key, out Told? one)) return;
        NotifyKind kind = up ? NotifyKind.Up : NotifyKind.Down;
        (one.State, one.IsInForce) = (kind, true);
        if (one.Last == kind || !one.Object.Tells(up, news)) return;
        NotifyKind? former = one.Last;
        one.Last = kind;
        Tell(one, new NotifyNews(kind, 0) { Former = former, Weight = weight, Cause = news == HealthNews.Begins ? NotifyCause.Begins : NotifyCause.Change });
    }

    /// <summary>A check has begun to say something else of its real server.</summary>
    public void OnCheck(NotifyKey server, CheckNews news)
    {
        if (objects.TryGetValue(server, out Told? one)) mails.Tell(one.Object, news);
    }

    /// <summary>An instance goes on under another name: its scripts are not told that it is gone, and nothing else, since its state is what it was.</summary>
    /// <param name="former">The name that nobody has any more; null: another instance has it now.</param>
    /// <param name="name">The name that it has now.</param>
    /// <param name="priority">Its effective priority.</param>
    public void OnRenamed(string? former, string name, int priority)
    {
        if (former is not null && objects.TryGetValue(NotifyKey.Instance(former), out Told? gone)) gone.IsInForce = false;
        if (objects.TryGetValue(NotifyKey.Instance(name), out Told? one)) (one.Priority, one.IsInForce, one.State) = (priority, true, null);
    }

    /// <summary>An instance's effective priority changed.</summary>
    public void OnPriority(string instance, int priority)
    {
        if (!objects.TryGetValue(NotifyKey.Instance(instance), out Told? one)) return;
        one.Priority = priority;
        var news = new NotifyNews(one.State == NotifyKind.Master ? NotifyKind.MasterPriority : NotifyKind.BackupPriority, priority) { Former = one.State };
        hooks.Tell(one.Object, news);
        if (one.Object.TellsPriority) fifos.Tell(one.Object, news);
    }

    /// <summary>An instance, as master, has heard an advert of lower priority.</summary>
    public void OnLowerPriority(string instance)
    {
        if (objects.TryGetValue(NotifyKey.Instance(instance), out Told? one)) Tell(one, new NotifyNews(NotifyKind.LowerPriority, one.Priority) { Former = one.State });
    }

    /// <summary>Writes the states of instances and groups to the FIFOs once more: a reload has changed nothing.</summary>
    public void TellStatesAgain()
    {
        foreach (Told one in objects.Values) one.IsTold = false;
        foreach ((NotifyObject told, NotifyNews news) in Untold()) fifos.Tell(told, news);
    }

    /// <summary>
    /// The node stops: every instance and group is told STOP, services and real servers what <c>omega</c> has them told, after what is being told. Ends when that is done; no
    /// script has more than <see cref="StopTimeout"/> for it.
    /// </summary>
    public async Task StopAsync()
    {
        Dictionary<NotifyKey, NotifyNews> last = [];
        foreach (Told one in InOrder)
        {
            if ((!one.IsInForce && one.Key.IsOfHealth) || one.Object.AtStop(one.Priority, one.IsUp) is not { } news) continue;
            last.Add(one.Key, news);
            NotifyKind? former = one.State;
            one.State = news.Kind;
            fifos.Tell(one.Object, news);
            mails.Tell(one.Object, news);
            hooks.Tell(one.Object, news with { Former = former });
        }

        Task told = Task.WhenAll(fifos.StopAsync(), mails.StopAsync(), hooks.StopAsync());
        await scripts.StopAsync(key => last.TryGetValue(key, out NotifyNews news) ? news : null).ConfigureAwait(false);
        await told.ConfigureAwait(false);
    }

    /// <inheritdoc cref="NotifyScriptRunner.StateOf"/>
    public HaNotifyState? StateOf(NotifyKey key) => scripts.StateOf(key);

    /// <summary>What the FIFOs are doing.</summary>
    public IReadOnlyList<HaNotifyFifoState> FifoStates => fifos.States;

    /// <summary>What the mails are doing; null: there are none.</summary>
    public HaDeliveryState? MailState => mails.State;

    /// <summary>What the webhooks are doing.</summary>
    public IReadOnlyList<HaDeliveryState> WebhookStates => hooks.States;

    /// <summary>Services with what is told to their scripts and those of their servers.</summary>
    public IReadOnlyList<IpvsServiceState> WithStates(IReadOnlyList<IpvsServiceState> services)
    {
        if (!scripts.HasHealth) return services;
        return
        [
            .. services.Select(s => s with
            {
                Notify = StateOf(NotifyKey.Service(s.Id)),
                RealServers = [.. s.RealServers.Select(r => StateOf(NotifyKey.RealServer(s.Id, r.Id)) is { } state ? r with { Notify = state } : r)],
            }),
        ];
    }

    private void Prepare(Wanted wanted, IReadOnlyDictionary<string, NamedPipe> opened, IReadOnlyList<WebhookPlan> plans)
    {
        fifos.Prepare(wanted.Fifos, opened);
        scripts.Prepare(wanted.Scripts);
        mails.Prepare(wanted.Configuration, wanted.Objects);
        hooks.Prepare(wanted.Configuration, wanted.Objects, plans);
        int place = 0;
        foreach (NotifyObject told in wanted.Objects)
        {
            if (!IsWanted(told)) continue;
            if (!objects.TryGetValue(told.Key, out Told? one)) objects.Add(told.Key, one = new Told(told));
            one.Object = told;
            one.Place = place++;
            one.IsTold = false;
        }

        // Until it is heard of otherwise.
        foreach (VrrpInstance instance in wanted.Configuration.VrrpInstances)
        {
            if (objects.TryGetValue(NotifyKey.Instance(instance.Name), out Told? one) && !one.IsInForce) one.Priority = instance.Priority;
        }

        wantsHealth = objects.Keys.Any(k => k.IsOfHealth);
    }

    private void Tell(Told one, in NotifyNews news)
    {
        one.IsTold = true;
        fifos.Tell(one.Object, news);
        scripts.Post(one.Key, news);
        mails.Tell(one.Object, news);
        hooks.Tell(one.Object, news);
    }

    private bool IsWanted(NotifyObject told) => told.Scripts.Count > 0 || fifos.Want(told.Key) || mails.Want(told) || hooks.Want(told.Key);

    // In the configuration's order.
    private IEnumerable<Told> InOrder => objects.Values.OrderBy(o => o.Place);

    /// <summary>Every object with what it is now, as far as it was heard of.</summary>
    private IEnumerable<(NotifyObject Object, NotifyNews News)> Present() => InOrder
        .Where(o => o.State is not null).Select(o => (o.Object, new NotifyNews(o.State!.Value, o.Priority)));

    /// <summary>Those of instances and groups that this configuration has not had anything told of.</summary>
    private IEnumerable<(NotifyObject Object, NotifyNews News)> Untold() => InOrder
        .Where(o => !o.Key.IsOfHealth && o.State is not null && !o.IsTold).Select(o => (o.Object, new NotifyNews(o.State!.Value, o.Priority)));

    private static NotifyKind? KindOf(VrrpStateKind state) => state switch
    {
        VrrpStateKind.Master => NotifyKind.Master,
        VrrpStateKind.Backup => NotifyKind.Backup,
        VrrpStateKind.Fault => NotifyKind.Fault,
        _ => null,
    };

    /// <summary>What a configuration wants to be told, made ready.</summary>
    private sealed record Wanted(HaConfiguration Configuration, IReadOnlyList<NotifyObject> Objects, IReadOnlyList<NotifyPlan> Scripts, IReadOnlyList<FifoPlan> Fifos)
    {
        /// <exception cref="HaEngineException">A user that does not exist, a command line that cannot be read.</exception>
        public static Wanted Of(HaConfiguration configuration, ScriptPolicy policy)
        {
            NotifyObject[] all = [.. NotifyObject.AllOf(configuration)];
            return new(configuration, all, [.. all.Where(o => o.Scripts.Count > 0).Select(o => new NotifyPlan(o, policy))], FifoPlan.AllOf(configuration, policy));
        }
    }

    private sealed class Told(NotifyObject told)
    {
        public NotifyObject Object { get; set; } = told;

        public NotifyKey Key => Object.Key;

        /// <summary>The state that it is in, whether that was told or not; null: it was not heard of yet.</summary>
        public NotifyKind? State { get; set; }

        public bool IsUp => State == NotifyKind.Up;

        public int Priority { get; set; }

        public int Place { get; set; }

        /// <summary>Of a service or a real server: what was told of it last; null: nothing yet.</summary>
        public NotifyKind? Last { get; set; }

        /// <summary>Whether it is more than a configuration that may yet fail.</summary>
        public bool IsInForce { get; set; }

        /// <summary>Whether something was told of it since this configuration came.</summary>
        public bool IsTold { get; set; }
    }
}
