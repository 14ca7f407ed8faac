using System.Net.Sockets;
using HaTools.Linux;
using HaTools.Netlink;
using HaTools.Netlink.Route;

namespace HaTools.Engine.Network;

// What goes to the kernel, what comes from it, and what is told of it.
internal sealed partial class NetworkKeeper
{
    /// <summary>Lines about objects in one go; the rest is counted.</summary>
    private const int MostLines = 5;

    private readonly List<(string Kind, string? Subject, string Message)> news = [];

    /// <summary>The addresses of the host, to tell those that come from those that are renewed.</summary>
    private readonly HashSet<(int Index, AddressFamily Family, AddressBits Bits)> addresses = [];
    private readonly Dictionary<int, (string Name, LinkFlags Flags)> links = [];
    private bool linksChanged = true;
    private string? trouble;

    /// <summary>Puts objects there: addresses, routes, rules.</summary>
    private void Install(List<KeptObject> wanted, long now)
    {
        if (wanted.Count == 0) return;
        KeptAddress[] newAddresses = [.. wanted.OfType<KeptAddress>()];
        KeptRoute[] routes = [.. wanted.OfType<KeptRoute>()];
        KeptRule[] rules = [.. wanted.OfType<KeptRule>()];
        var errnos = new int[newAddresses.Length];
        var ofRoutes = new NetlinkResult[routes.Length];
        var ofRules = new NetlinkResult[rules.Length];
        if (newAddresses.Length > 0 && Try(() => client!.ReplaceAddresses([.. newAddresses.Select(a => a.Request)], errnos)))
            for (int i = 0; i < newAddresses.Length; i++) Take(newAddresses[i], new NetlinkResult(errnos[i], null), now);
        if (routes.Length > 0 && Try(() => client!.AddRoutes([.. routes.Select(r => r.Request!)], ofRoutes)))
            for (int i = 0; i < routes.Length; i++) Take(routes[i], ofRoutes[i], now);
        if (rules.Length > 0 && Try(() => client!.AddRules([.. rules.Select(r => r.Request)], ofRules)))
            for (int i = 0; i < rules.Length; i++) Take(rules[i], ofRules[i], now);
    }

    private void Take(KeptObject o, NetlinkResult outcome, long now)
    {
        // A rule that is refused as one that is there, and that a look has not found, is another one to us than to the kernel.
        bool isThere = outcome.Errno == Errno.EEXIST && (o is KeptRule { IsKeptByRefusal: false } || o is KeptRoute { Request.Mode: not RouteAddMode.Exclusive });
        if (!outcome.Succeeded && !isThere)
        {
            Refused(o, outcome, now);
            return;
        }

        // What was written is read back.
        if (!o.IsKeptByRefusal || !isThere) LookSoon();
        o.IsKeptByRefusal = isThere;
        if (!isThere)
        {
            o.IsOurs = true;
            o.OnInstalled(now);
            if (o.LostAt is not null) o.LastPutBack = now;
        }

        if (!o.IsOnTrial) Settle(o);
    }

    /// <summary>Takes away an address that the kernel found on the link: only one that comes anew is looked for there again.</summary>
    private void TakeForTrial(KeptAddress address)
    {
        int[] errnos = [0];
        if (!Try(() => client!.DeleteAddresses([address.Request], errnos)) || errnos[0] != 0) return;
        address.IsObjectedTo = false;
        LookSoon();
    }

    /// <summary>Takes objects away, the last first: rules, routes, addresses.</summary>
    /// <returns>What could not be taken away, in words.</returns>
    private List<string> Remove(List<KeptObject> unwanted)
    {
        List<string> left = [];
        if (unwanted.Count == 0) return left;
        KeptRule[] rules = [.. unwanted.OfType<KeptRule>().Reverse()];
        KeptRoute[] routes = [.. unwanted.OfType<KeptRoute>().Where(r => r.Request is not null).Reverse()];
        KeptAddress[] oldAddresses = [.. unwanted.OfType<KeptAddress>().Where(a => a.Request != default).Reverse()];
        var ofRules = new NetlinkResult[rules.Length];
        var ofRoutes = new NetlinkResult[routes.Length];
        var errnos = new int[oldAddresses.Length];
        if (rules.Length > 0 && Try(() => client!.DeleteRules([.. rules.Select(r => r.Request)], ofRules)))
            for (int i = 0; i < rules.Length; i++) Leave(rules[i], ofRules[i], left);
        if (routes.Length > 0 && Try(() => client!.DeleteRoutes([.. routes.Select(r => r.Request!)], ofRoutes)))
            for (int i = 0; i < routes.Length; i++) Leave(routes[i], ofRoutes[i], left);
        if (oldAddresses.Length > 0)
        {
            // While a primary address goes, the host's other addresses of its subnet stay: without promote_secondaries the kernel takes them along.
            using IDisposable keeping = promotion.HoldWhile(oldAddresses.Select(a => a.Device).OfType<string>().Distinct());
            if (Try(() => client!.DeleteAddresses([.. oldAddresses.Select(a => a.Request)], errnos)))
                for (int i = 0; i < oldAddresses.Length; i++) Leave(oldAddresses[i], new NetlinkResult(errnos[i], null), left);
        }

        return left;
    }

    private void Leave(KeptObject o, NetlinkResult outcome, List<string> left)
    {
        if (outcome.Succeeded)
        {
            (o.IsOurs, o.Failures, o.Told) = (false, 0, null);
            return;
        }

        left.Add($"{o.Name} cannot be taken away: {Errno.Name(outcome.Errno)} ({Errno.Describe(outcome.Errno)})");
        if (o.Told != left[^1]) Tell(o, "Warning", left[^1]);
        o.Told = left[^1];
        o.NextTry = MonotonicClock.Now + Retries[Math.Min(o.Failures++, Retries.Length - 1)];
        LookAt(o.NextTry);
    }

    /// <summary>Reads the notifications; they only say that it is time to look.</summary>
    private void Hear()
    {
        bool look = false;
        try
        {
            while (monitor!.TryRead(out RouteNotification heard)) look |= Matters(heard);
        }
        catch (NetlinkException e)
        {
            Trouble(e);
            look = true;
        }

        if (look) LookSoon();
    }

    private bool Matters(in RouteNotification heard)
    {
        bool own = heard.PortId != 0 && heard.PortId == client!.PortId;
        switch (heard.Kind)
        {
            case RouteNotificationKind.Overrun:
                linksChanged = true;
                addresses.Clear();
                return true;
            case RouteNotificationKind.LinkRemoved:
                linksChanged = true;
                return links.Remove(heard.Index) || Retry();
            case RouteNotificationKind.LinkChanged:
                LinkInfo link = heard.Link!;
                if (links.TryGetValue(link.Index, out (string Name, LinkFlags Flags) known) && known == (link.Name, link.Flags)) return false;
                links[link.Index] = (link.Name, link.Flags);
                linksChanged = true;
                return Retry();
            case RouteNotificationKind.AddressRemoved:
                addresses.Remove((heard.Index, heard.Family, heard.AddressBits));
                return !own;
            case RouteNotificationKind.AddressChanged when (heard.Flags & AddressFlags.DadFailed) != 0:
                addresses.Add((heard.Index, heard.Family, heard.AddressBits));
                return true;
            case RouteNotificationKind.AddressChanged:
                // Virtual addresses are renewed all the time: only one that is new can help what could not be put there.
                if (addresses.Add((heard.Index, heard.Family, heard.AddressBits))) return Retry();

                // Or the kernel has decided on one that is known.
                return (heard.Flags & AddressFlags.Tentative) == 0 && IsOnTrial(heard);
            case RouteNotificationKind.RouteRemoved or RouteNotificationKind.RuleRemoved:
                return !own;
            default:
                return false;
        }
    }

    private bool IsOnTrial(in RouteNotification heard)
    {
        foreach (KeptObject o in objects.Values)
        {
            if (o is KeptAddress { IsOnTrial: true } a && a.Request.Index == heard.Index && a.Request.Address.Equals(heard.GetAddress())) return true;
        }

        return false;
    }

    /// <summary>What could not be put there may now be.</summary>
    private bool Retry()
    {
        foreach (KeptObject o in objects.Values)
            if (o.Failures > 0) o.NextTry = 0;
        return true;
    }

    /// <summary>Talks to the kernel. False: the conversation failed, which was told, and it is looked at again soon.</summary>
    private bool Try(Action talk)
    {
        try
        {
            talk();
            trouble = null;
            return true;
        }
        catch (NetlinkException e)
        {
            Trouble(e);
            return false;
        }
    }

    private void Trouble(NetlinkException e)
    {
        if (trouble != e.Message) sink.OnNetwork("Warning", null, e.Message);
        trouble = e.Message;
        LookAt(MonotonicClock.Now + Retries[2]);
    }

    private void Tell(KeptObject o, string kind, string message) =>
        news.Add((kind, o.Claims.Count > 0 ? o.Claims[0].Instance : null, message));

    // A thousand routes that went together are not a thousand lines.
    private void TellNews()
    {
        foreach ((string kind, string? subject, string message) in news.Take(MostLines)) sink.OnNetwork(kind, subject, message);
        if (news.Count > MostLines) sink.OnNetwork("Warning", null, $"and the same or alike of {news.Count - MostLines} more addresses, routes and rules");
        news.Clear();
    }
}
