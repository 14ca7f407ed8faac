using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Threading;

namespace HaTools.Engine.Notify.Mails;

/// <summary>The mails of a node that tell of changes. Everything happens on the thread.</summary>
internal sealed class NotifyMails
{
    private readonly Deliverer<Mail> box;

    /// <summary>What instances and groups were last told to be: as in keepalived, the same is not told twice.</summary>
    private readonly Dictionary<NotifyKey, NotifyKind> last = [];
    private SmtpAlerts? settings;

    /// <summary>Those of the configuration that was taken in last, which may yet be refused.</summary>
    private SmtpAlerts? next;

    /// <summary>The last there were: what waits when a reload takes them away goes there still.</summary>
    private SmtpAlerts? route;
    private string node = "";
    private string nextNode = "";

    public NotifyMails(WorkThread thread, INotifySink sink, DeliveryPace pace) =>
        box = new Deliverer<Mail>(thread, "mails", parcels => new SmtpDelivery(route!, [.. parcels.Select(p => p.Content)]), why => sink.OnNotifyWarning("smtp_alert", why)) { Pace = pace };

    /// <summary>What they are doing; null: there are none.</summary>
    public HaDeliveryState? State => route is null || (settings is null && box.Waiting == 0) ? null : box.StateOf($"{route.Server} port {route.Port}");

    /// <summary>Takes a configuration's in, which may yet be refused: until <see cref="Force"/> mails go as they went, and if there were none, those that there would be go nowhere.</summary>
    public void Prepare(HaConfiguration configuration)
    {
        next = configuration.SmtpAlerts;
        nextNode = configuration.RouterId ?? Environment.MachineName;
        box.Revoke();
        if (settings is null) last.Clear();
    }

    /// <summary>The configuration that was taken in is in force.</summary>
    public void Force()
    {
        SmtpAlerts? former = route;
        (settings, route, node) = (next, next ?? route, nextNode);
        box.Confirm();
        if (former is not null && WayOf(route!) != WayOf(former)) box.Redirect();
    }

    /// <summary>Whether there may be mails of an object of the configuration that was taken in.</summary>
    public bool Want(NotifyObject told) => next is not null && told.HasMails;

    /// <summary>Tells something that scripts and FIFOs are told, too. What real servers become is told by their checks: see <see cref="Tell(NotifyObject, CheckNews)"/>.</summary>
    public void Tell(NotifyObject told, in NotifyNews news)
    {
        if (Current is null || !told.HasMails) return;
        switch (told.Key.Owner)
        {
            case NotifyOwner.Service:
                Send(MailWords.OfService(told, news));
                break;
            case NotifyOwner.RealServer:
                if (news.Cause is NotifyCause.End or NotifyCause.Stop) Send(MailWords.OfLeaving(told, news.Cause));
                break;
            default:
                TellOfVrrp(told, told.KindOf(news));
                break;
        }
    }

    /// <summary>Tells what a check says of its real server.</summary>
    public void Tell(NotifyObject told, CheckNews news)
    {
        if (Current is not { } current || !told.HasMails || (current.ServersOnly && !news.ServerChanged) || news.Check >= told.Server!.Checks.Count) return;
        Send(MailWords.OfCheck(told, news));
    }

    /// <summary>By what mails are written now.</summary>
    private SmtpAlerts? Current => settings ?? next;

    /// <summary>The object is gone.</summary>
    public void Forget(NotifyKey key) => _ = last.Remove(key);

    /// <summary>The node stops: what waits is sent, as far as the server takes it in time.</summary>
    public Task StopAsync() => box.StopAsync(NotifyRunner.StopTimeout);

    // What another turn of its own may hang on. Who gets a mail stands in the mail.
    private static (string Server, int Port, string? From, string? HeloName, TimeSpan Timeout) WayOf(SmtpAlerts alerts) => (alerts.Server, alerts.Port, alerts.From, alerts.HeloName, alerts.Timeout);

    private void TellOfVrrp(NotifyObject told, NotifyKind kind)
    {
        if ((kind == NotifyKind.Fault && Current!.NoFaults) || MailWords.OfVrrp(told, kind) is not { } words) return;
        if (last.TryGetValue(told.Key, out NotifyKind before) && before == kind) return;
        last[told.Key] = kind;
        Send(words);
    }

    private void Send((string Subject, string Body) words) => box.Post(new Mail($"[{(settings is null ? nextNode : node)}] {words.Subject}", words.Body, DateTimeOffset.Now, Current!.To), isHeld: settings is null);
}
