using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Notify.Webhooks;

/// <summary>The webhooks of a node. Everything happens on the thread.</summary>
internal sealed class NotifyWebhooks(WorkThread thread, INotifySink sink, DeliveryPace pace)
{
    private readonly Dictionary<string, Hook> byName = [];
    private string node = "";

    public IReadOnlyList<HaDeliveryState> States => [.. byName.Values.OrderBy(h => h.Place).Select(h => h.Box.StateOf(h.Name))];

    /// <summary>Takes those of a configuration in. Those that it does not have any more go on until <see cref="Force"/>.</summary>
    public void Prepare(HaConfiguration configuration, IReadOnlyList<WebhookPlan> plans)
    {
        node = configuration.RouterId ?? Environment.MachineName;
        foreach (Hook one in byName.Values) one.IsWanted = false;
        foreach (WebhookPlan plan in plans)
        {
            if (!byName.TryGetValue(plan.Configured.Name, out Hook? one)) byName.Add(plan.Configured.Name, one = Make(plan));
            bool goesElsewhere = !plan.GoesAs(one.Plan);
            (one.Plan, one.IsWanted, one.Place) = (plan, true, plans.ToList().IndexOf(plan));
            if (goesElsewhere) one.Box.Redirect();
        }
    }

    /// <summary>The configuration that was taken in is in force.</summary>
    public void Force()
    {
        foreach (Hook gone in byName.Values.Where(h => !h.IsWanted).ToArray())
        {
            _ = byName.Remove(gone.Name);
            _ = gone.Box.StopAsync(NotifyRunner.StopTimeout);
        }
    }

    /// <summary>Whether one of the configuration that was taken in is told of an object.</summary>
    public bool Want(NotifyKey key) => byName.Values.Any(h => h.IsWanted && h.Plan.Covers(key));

    public void Tell(NotifyObject told, in NotifyNews news)
    {
        foreach (Hook one in byName.Values)
        {
            if (one.Plan.Covers(told.Key, news.Kind) && one.IsNews(told.Key, news.Kind)) one.Box.Post(WebhookEvent.Write(++one.Sequence, DateTimeOffset.Now, node, told, news));
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

    private sealed class Hook(string name, Deliverer<byte[]> box, WebhookPlan plan)
    {
        /// <summary>Instances that were told to hear adverts of lower priority since they are in their state.</summary>
        private readonly HashSet<NotifyKey> challenged = [];

        public string Name => name;

        public Deliverer<byte[]> Box => box;

        public WebhookPlan Plan { get; set; } = plan;

        public bool IsWanted { get; set; }

        public int Place { get; set; }

        public long Sequence { get; set; }

        /// <summary>Whether it has to hear of it: adverts of lower priority come many in a row, and would push states out of the queue.</summary>
        public bool IsNews(NotifyKey key, NotifyKind kind)
        {
            if (kind == NotifyKind.LowerPriority) return challenged.Add(key);
            if (kind is not (NotifyKind.MasterPriority or NotifyKind.BackupPriority)) _ = challenged.Remove(key);
            return true;
        }
    }
}
