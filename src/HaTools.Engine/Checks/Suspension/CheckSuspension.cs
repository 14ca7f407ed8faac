using System.Net;
using HaTools.Configuration;
using HaTools.Engine.DataPlane;
using HaTools.Engine.Threading;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Checks;

/// <summary>Hears which services' servers are not checked.</summary>
internal interface ISuspensionSink
{
    /// <summary>The services are these now; on the thread.</summary>
    void OnSuspended(IReadOnlySet<ServiceKey> services);

    /// <param name="service">The service.</param>
    /// <param name="message">That its checks stop or go on, in words.</param>
    void OnSuspension(ServiceKey service, string message);

    /// <summary>Something that a person should see to.</summary>
    void OnSuspensionWarning(string message);
}

/// <summary>
/// Follows which addresses are on this host, of those services that are checked only while theirs is (keepalived: <c>ha_suspend</c>). While that cannot be seen, all of them are
/// checked. Everything happens on the thread.
/// </summary>
/// <param name="thread">The thread.</param>
/// <param name="sink">Hears of it, on the thread.</param>
/// <param name="openRoutes">Opens the kernel's addresses in the network namespace of the calling thread.</param>
internal sealed class CheckSuspension(WorkThread thread, ISuspensionSink sink, Func<RouteClient> openRoutes)
{
    // A dump that others' changes keep interrupting (EINTR), a lost answer: it passes.
    private const long Patience = 1_000_000_000;

    /// <summary>Each with the addresses one of which must be here, and its name.</summary>
    private Dictionary<ServiceKey, (HashSet<IPAddress> Addresses, ServiceName Name)> services = [];
    private HashSet<ServiceKey> suspended = [];
    private RouteMonitor? monitor;
    private RouteClient? client;
    private string? trouble;
    private bool isToBeLookedAtAgain;

    /// <summary>The services whose servers are not checked now.</summary>
    public IReadOnlySet<ServiceKey> Suspended => suspended;

    /// <summary>Goes over to other services, and tells which of them are not checked.</summary>
    public void Configure(HaConfiguration configuration)
    {
        IReadOnlyDictionary<ServiceKey, ServiceName> names = ServiceName.AllOf(configuration.VirtualServers, configuration.VirtualServerGroups);
        services = configuration.VirtualServers.Where(s => s.HaSuspend).ToDictionary(
            ServiceKey.Of, s => (ServicePlaces.WithAddresses(s, configuration.VirtualServerGroups).Select(p => p.Address).OfType<IPAddress>().ToHashSet(), names[ServiceKey.Of(s)]));
        if (services.Count == 0) Close();
        else Open();
        Look();
    }

    /// <summary>Nothing is followed, and nothing told, any more.</summary>
    public void Stop()
    {
        Close();
        (services, suspended) = ([], []);
    }

    private void Close()
    {
        if (monitor is null) return;
        thread.Unwatch(monitor.Handle);
        monitor.Dispose();
        client!.Dispose();
        (monitor, client) = (null, null);
    }

    private void Open()
    {
        if (monitor is not null) return;

        // Both or none: without a descriptor left the reload is refused, and the configuration that stays needs neither.
        RouteMonitor news = RouteMonitor.Open(RouteMonitorSubjects.Addresses);
        try
        {
            client = openRoutes();
            thread.Watch(news.Handle, ReadNews);
            monitor = news;
        }
        catch
        {
            client?.Dispose();
            news.Dispose();
            client = null;
            throw;
        }
    }

    private void ReadNews()
    {
        bool look = false;
        try
        {
            while (monitor!.TryRead(out RouteNotification news)) look |= news.Kind == RouteNotificationKind.Overrun || Concerns(news);
        }
        catch (NetlinkException)
        {
            // The look does without what it had to say.
            look = true;
        }

        if (look) Look();
    }

    private bool Concerns(in RouteNotification news) => news.GetAddress() is { } address && services.Values.Any(s => s.Addresses.Contains(address));

    private void Look()
    {
        HashSet<ServiceKey> now = [];
        if (monitor is not null)
        {
            try
            {
                HashSet<IPAddress> here = [.. client!.GetAddresses().Select(a => a.Address)];
                now = [.. services.Where(s => !s.Value.Addresses.Overlaps(here)).Select(s => s.Key)];
                trouble = null;
            }
            catch (NetlinkException e)
            {
                Complain(e.Message);
            }
        }

        Tell(now);
    }

    private void Complain(string why)
    {
        if (trouble != why) sink.OnSuspensionWarning($"Which addresses are on this host cannot be seen: {why}; all real servers are checked until it can (ha_suspend)");
        trouble = why;
        if (isToBeLookedAtAgain) return;
        isToBeLookedAtAgain = true;
        thread.At(MonotonicClock.Now + Patience, () =>
        {
            isToBeLookedAtAgain = false;
            Look();
        });
    }

    private void Tell(HashSet<ServiceKey> now)
    {
        if (now.SetEquals(suspended)) return;
        HashSet<ServiceKey> before = suspended;
        suspended = now;
        foreach (ServiceKey key in services.Keys.Where(k => now.Contains(k) != before.Contains(k)))
        {
            ServiceName vs = services[key].Name;
            sink.OnSuspension(key, now.Contains(key) ? $"Suspending healthcheckers for VS {vs}: {(key.Group is null ? "its address is not" : "none of its addresses is")} on this host" : $"Activating healthcheckers for VS {vs}");
        }

        sink.OnSuspended(now);
    }
}
