using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Notify.Webhooks;

/// <summary>The webhooks of a node. Everything happens on the thread.</summary>
internal sealed class NotifyWebhooks(WorkThread thread, INotifySink sink, DeliveryPace pace)
{
    private readonly Dictionary<string, Hook> byName = [];
    private string node = "";
    private string nextNode = "";

    /// <summary>The objects of the configuration in force.</summary>
    private HashSet<NotifyKey> there = [];
    private HashSet<NotifyKey> nextThere = [];

    public IReadOnlyList<HaDeliveryState> States => [.. byName.Values.Where(h => h.IsInForce).OrderBy(h => h.Place).Select(h => h.Box.StateOf(h.Name))];

    /// <summary>
    /// Takes those of a configuration in, which may yet be refused: until <see cref="Force"/> those that it does not have any more go on, those that it has otherwise go on as they were, and what
    /// it alone wants to be told, or has at all, waits here.
    /// </summary>
    public void Prepare(HaConfiguration configuration, IReadOnlyList<NotifyObject> objects, IReadOnlyList<WebhookPlan> plans)
    {
        nextNode = configuration.RouterId ?? Environment.MachineName;
        nextThere = [.. objects.Select(o => o.Key)];
        foreach (Hook one in byName.Values) one.Next = null;

        for (int i = 0; i < plans.Count; i++)
        {
            string name = plans[i].Configured.Name;
            if (!byName.TryGetValue(name, out Hook? one)) byName.Add(name, one = Make(plans[i]));
            (one.Next, one.Place) = (plans[i], i);
        }

        foreach (Hook refused in byName.Values.Where(h => h.Next is null && !h.IsInForce).ToArray()) Remove(refused);

        // What this one wants as well waits on: an answer of a name that could not be served is taken in once more.
        foreach (Hook one in byName.Values) one.Box.Revoke(e => !IsWantedNext(one, e.Key, e.Kind));
    }

    /// <summary>The configuration that was taken in is in force.</summary>
    public void Force()
    {
        (node, there) = (nextNode, nextThere);
        foreach (Hook one in byName.Values.ToArray())
        {
            if (one.Next is null) Remove(one);
            else one.Force(node);
        }
    }

    /// <summary>Whether one of the configuration that was taken in is told of an object.</summary>
    public bool Want(NotifyKey key) => byName.Values.Any(h => h.Next?.Covers(key) == true);

    public void Tell(NotifyObject told, in NotifyNews news)
    {
        foreach (Hook one in byName.Values)
        {
            bool isHeld = !one.IsInForce || !there.Contains(told.Key) || !one.Plan.Covers(told.Key, news.Kind);
            if ((isHeld && !IsWantedNext(one, told.Key, news.Kind)) || !one.IsNews(told.Key, news.Kind)) continue;
            one.Post(new Event(DateTimeOffset.Now, told, news), isHeld ? null : node);
        }
    }

    /// <summary>The node stops: what waits is posted, as far as it is taken in time.</summary>
    public Task StopAsync() => Task.WhenAll(byName.Values.Select(h => h.Box.StopAsync(NotifyRunner.StopTimeout)));

    private bool IsWantedNext(Hook one, NotifyKey key, NotifyKind kind) => nextThere.Contains(key) && one.Next?.Covers(key, kind) == true;

    private Hook Make(WebhookPlan plan)
    {
        Hook? hook = null;
        string name = plan.Configured.Name;
        var box = new Deliverer<Event>(thread, "events", parcels => new WebhookDelivery(hook!.Plan, [.. parcels.Select(p => p.Content.Body)]), why => sink.OnNotifyWarning($"webhook {name}", why)) { Pace = pace };
        return hook = new Hook(name, box, plan);
    }

    private void Remove(Hook gone)
    {
        _ = byName.Remove(gone.Name);
        _ = gone.Box.StopAsync(NotifyRunner.StopTimeout);
    }

    /// <summary>Something to tell, which is written when it is known that it will be told: it has its number then, so that what is refused leaves no gap, and none comes after a later one.</summary>
    private sealed class Event(DateTimeOffset time, NotifyObject told, NotifyNews news)
    {
        public NotifyKey Key => told.Key;

        public NotifyKind Kind => news.Kind;

        public byte[] Body { get; private set; } = [];

        public void Write(long sequence, string node) => Body = WebhookEvent.Write(sequence, time, node, told, news);
    }

    private sealed class Hook(string name, Deliverer<Event> box, WebhookPlan plan)
    {
        /// <summary>Instances that were told to hear adverts of lower priority since they are in their state.</summary>
        private readonly HashSet<NotifyKey> challenged = [];
        private long sequence;

        public string Name => name;

        public Deliverer<Event> Box => box;

        /// <summary>What it is now.</summary>
        public WebhookPlan Plan { get; private set; } = plan;

        /// <summary>What the configuration that was taken in last has it be; null: it has none of this name.</summary>
        public WebhookPlan? Next { get; set; }

        /// <summary>Whether a configuration that has it was ever in force.</summary>
        public bool IsInForce { get; private set; }

        public int Place { get; set; }

        /// <summary>Tells something.</summary>
        /// <param name="told">What.</param>
        /// <param name="node">The node's name; null: it is held until <see cref="Force"/>.</param>
        public void Post(Event told, string? node)
        {
            if (node is not null) told.Write(++sequence, node);
            Box.Post(told, isHeld: node is null);
        }

        /// <summary>It is what the configuration has it be.</summary>
        /// <param name="node">The node's name in that.</param>
        public void Force(string node)
        {
            bool goesElsewhere = !Next!.GoesAs(Plan);
            (Plan, IsInForce) = (Next, true);

            // Before what was held, which goes this way from the start: what is said to that counts.
            if (goesElsewhere) Box.Redirect();
            Box.Confirm(one => one.Write(++sequence, node));
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
