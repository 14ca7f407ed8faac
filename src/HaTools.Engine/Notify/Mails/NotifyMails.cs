using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Notify.Mails;

/// <summary>The mails of a node that tell of changes. Everything happens on the thread.</summary>
internal sealed class NotifyMails
{
    private readonly Deliverer<Mail> box;

    /// <summary>What instances and groups were last told to be: as in keepalived, the same is not told twice.</summary>
    private readonly Dictionary<NotifyKey, NotifyKind> last = [];

    /// <summary>Those of <see cref="last"/> that were told in mails that are held.</summary>
    private readonly HashSet<NotifyKey> heldLast = [];
    private SmtpAlerts? settings;

    /// <summary>Those of the configuration that was taken in last, which may yet be refused.</summary>
    private SmtpAlerts? next;

    /// <summary>The last there were: what waits when a reload takes them away goes there still.</summary>
    private SmtpAlerts? route;
    private string node = "";
    private string nextNode = "";

    /// <summary>The objects that there are mails of.</summary>
    private HashSet<NotifyKey> covered = [];
    private HashSet<NotifyKey> nextCovered = [];

    public NotifyMails(WorkThread thread, INotifySink sink, DeliveryPace pace) =>
        box = new Deliverer<Mail>(thread, "mails", parcels => new SmtpDelivery(route!, [.. parcels.Select(p => p.Content)]), why => sink.OnNotifyWarning("smtp_alert", why)) { Pace = pace };

    /// <summary>What they are doing; null: there are none.</summary>
    public HaDeliveryState? State => route is null || (settings is null && box.Waiting == 0) ? null : box.StateOf($"{route.Server} port {route.Port}");

    /// <summary>Takes a configuration's in, which may yet be refused: until <see cref="Force"/> mails go as they went, and those of what there were none of go nowhere.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="objects">What is in it.</param>
    public void Prepare(HaConfiguration configuration, IReadOnlyList<NotifyObject> objects)
    {
        next = configuration.SmtpAlerts;
        nextNode = configuration.RouterId ?? Environment.MachineName;
        nextCovered = [.. objects.Where(o => o.HasMails).Select(o => o.Key)];
        box.Revoke();
        foreach (NotifyKey never in heldLast) _ = last.Remove(never);
        heldLast.Clear();
        if (settings is null) last.Clear();
    }

    /// <summary>The configuration that was taken in is in force.</summary>
    public void Force()
    {
        SmtpAlerts? former = route;
        (settings, route, node, covered) = (next, next ?? route, nextNode, nextCovered);
        heldLast.Clear();

        // Before what was held, which goes this way from the start: what is said to that counts.
        if (former is not null && WayOf(route!) != WayOf(former)) box.Redirect();
        box.Confirm();
    }

    /// <summary>Whether there may be mails of an object of the configuration that was taken in.</summary>
    public bool Want(NotifyObject told) => next is not null && told.HasMails;

    /// <summary>Tells something that scripts and FIFOs are told, too. What real servers become is told by their checks: see <see cref="Tell(NotifyObject, CheckNews)"/>.</summary>
    public void Tell(NotifyObject told, in NotifyNews news)
    {
        if (SettingsOf(told.Key) is not { } current) return;
        switch (told.Key.Owner)
        {
            case NotifyOwner.Service:
                Send(current, MailWords.OfService(told, news));
                break;
            case NotifyOwner.RealServer:
                if (news.Cause is NotifyCause.End or NotifyCause.Stop) Send(current, MailWords.OfLeaving(told, news.Cause));
                break;
            default:
                TellOfVrrp(current, told, told.KindOf(news));
                break;
        }
    }

    /// <summary>Tells what a check says of its real server.</summary>
    public void Tell(NotifyObject told, CheckNews news)
    {
        if (SettingsOf(told.Key) is not { } current || (current.Alerts.ServersOnly && !news.ServerChanged) || news.Check >= told.Server!.Checks.Count) return;
        Send(current, MailWords.OfCheck(told, news));
    }

    /// <summary>By what mails of an object are written now, and whether that is a configuration's that may yet be refused; null: there are none.</summary>
    private (SmtpAlerts Alerts, bool IsHeld)? SettingsOf(NotifyKey key) =>
        settings is { } inForce && covered.Contains(key) ? (inForce, false) : next is { } wanted && nextCovered.Contains(key) ? (wanted, true) : null;

    /// <summary>The object is gone.</summary>
    public void Forget(NotifyKey key) => _ = last.Remove(key);

    /// <summary>The node stops: what waits is sent, as far as the server takes it in time.</summary>
    public Task StopAsync() => box.StopAsync(NotifyRunner.StopTimeout);

    // What another turn of its own may hang on. Who gets a mail stands in the mail.
    private static (string Server, int Port, string? From, string? HeloName, TimeSpan Timeout) WayOf(SmtpAlerts alerts) => (alerts.Server, alerts.Port, alerts.From, alerts.HeloName, alerts.Timeout);

    private void TellOfVrrp((SmtpAlerts Alerts, bool IsHeld) current, NotifyObject told, NotifyKind kind)
    {
        if ((kind == NotifyKind.Fault && current.Alerts.NoFaults) || MailWords.OfVrrp(told, kind) is not { } words) return;
        if (last.TryGetValue(told.Key, out NotifyKind before) && before == kind) return;
        last[told.Key] = kind;
        if (current.IsHeld) _ = heldLast.Add(told.Key);
        Send(current, words);
    }

    private void Send((SmtpAlerts Alerts, bool IsHeld) current, (string Subject, string Body) words) =>
        box.Post(new Mail($"[{(current.IsHeld ? nextNode : node)}] {words.Subject}", words.Body, DateTimeOffset.Now, current.Alerts.To), current.IsHeld);
}
