using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Notify.Webhooks;

/// <summary>The webhooks of a node. Everything happens on the thread.</summary>
internal sealed class NotifyWebhooks(WorkThread thread, INotifySink sink, DeliveryPace pace)
{
    private readonly Dictionary<string, Hook> byName = [];
    private string node = "";
    private string nextNode = "";

    public IReadOnlyList<HaDeliveryState> States => [.. byName.Values.Where(h => h.IsInForce).OrderBy(h => h.Place).Select(h => h.Box.StateOf(h.Name))];

    /// <summary>
    /// Takes those of a configuration in, which may yet be refused: until <see cref="Force"/> those that it does not have any more go on, those that it has otherwise go on as they were, and what
    /// it alone wants to be told waits here.
    /// </summary>
    public void Prepare(HaConfiguration configuration, IReadOnlyList<WebhookPlan> plans)
    {
        nextNode = configuration.RouterId ?? Environment.MachineName;
        foreach (Hook one in byName.Values)
        {
            one.Next = null;
            one.Box.Revoke();
        }

        for (int i = 0; i < plans.Count; i++)
        {
            string name = plans[i].Configured.Name;
            if (!byName.TryGetValue(name, out Hook? one)) byName.Add(name, one = Make(plans[i]));
            (one.Next, one.Place) = (plans[i], i);
        }

        foreach (Hook refused in byName.Values.Where(h => h.Next is null && !h.IsInForce).ToArray()) Remove(refused);
    }

    /// <summary>The configuration that was taken in is in force.</summary>
    public void Force()
    {
        node = nextNode;
        foreach (Hook one in byName.Values.ToArray())
        {
            if (one.Next is null) Remove(one);
            else one.Force();
        }
    }

    /// <summary>Whether one of the configuration that was taken in is told of an object.</summary>
    public bool Want(NotifyKey key) => byName.Values.Any(h => h.Next?.Covers(key) == true);

    public void Tell(NotifyObject told, in NotifyNews news)
    {
        foreach (Hook one in byName.Values)
        {
            bool isHeld = !one.IsInForce || !one.Plan.Covers(told.Key, news.Kind);
            if ((isHeld && one.Next?.Covers(told.Key, news.Kind) != true) || !one.IsNews(told.Key, news.Kind)) continue;
            one.Box.Post(WebhookEvent.Write(++one.Sequence, DateTimeOffset.Now, isHeld ? nextNode : node, told, news), isHeld);
        }
    }

    /// <summary>The node stops: what waits is posted, as far as it is taken in time.</summary>
    public Task StopAsync() => Task.WhenAll(byName.Values.Select(h => h.Box.StopAsync(NotifyRunner.StopTimeout)));

    private Hook Make(WebhookPlan plan)
    {
        Hook? hook = null;
        string name = plan.Configured.Name;
        var box = new Deliverer<byte[]>(thread, "events", parcels => new WebhookDelivery(hook!.Plan, [.. parcels.Select(p => p.Content)]), why => sink.OnNotifyWarning($"webhook {name}", why)) { Pace = pace };
        return hook = new Hook(name, box, plan);
    }

    private void Remove(Hook gone)
    {
        _ = byName.Remove(gone.Name);
        _ = gone.Box.StopAsync(NotifyRunner.StopTimeout);
    }

    private sealed class Hook(string name, Deliverer<byte[]> box, WebhookPlan plan)
    {
        /// <summary>Instances that were told to hear adverts of lower priority since they are in their state.</summary>
        private readonly HashSet<NotifyKey> challenged = [];

        public string Name => name;

        public Deliverer<byte[]> Box => box;

        /// <summary>What it is now.</summary>
        public WebhookPlan Plan { get; private set; } = plan;

        /// <summary>What the configuration that was taken in last has it be; null: it has none of this name.</summary>
        public WebhookPlan? Next { get; set; }

        /// <summary>Whether a configuration that has it was ever in force.</summary>
        public bool IsInForce { get; private set; }

        public int Place { get; set; }

        public long Sequence { get; set; }

        /// <summary>It is what the configuration has it be.</summary>
        public void Force()
        {
            bool goesElsewhere = !Next!.GoesAs(Plan);
            (Plan, IsInForce) = (Next, true);
            Box.Confirm();
            if (goesElsewhere) Box.Redirect();
        }

        /// <summary>Whether it has to hear of it: adverts of lower priority come many in a row, and would push states out of the queue.</summary>
        public bool IsNews(NotifyKey key, NotifyKind kind)
        {
            if (kind == NotifyKind.LowerPriority) return challenged.Add(key);
            if (kind is not (NotifyKind.MasterPriority or NotifyKind.BackupPriority)) _ = challenged.Remove(key);
            return true;
        }
    }
}
