using HaTools.Engine.Vrrp;

namespace HaTools.Engine.DataPlane;

// Others who change things again each time that they have been put right, and those who add services that nobody here names.
internal sealed partial class DriftDuty
{
    private const long Second = 1_000_000_000;
    private const long Peace = 5 * Second;
    private const int Fighting = 9;
    private const int SameAgain = 4;

    private readonly Dictionary<ServiceKey, Fight> fights = [];

    /// <summary>Has services removed of which nothing is expected and which nobody names. On the controller's thread.</summary>
    public void Purge(IReadOnlyList<ServiceKey> strangers)
    {
        long now = Now();
        ForeignServices.Owners owners = host!.SortForeign([.. strangers.Where(k => !IsPaused(k, now))]);
        foreach (ServiceKey key in owners.Others) watch?.Tolerate(key);
        foreach (ServiceKey key in owners.Nobodys)
        {
            _ = IsFight(key, "has added the service", now);
            host.Purge(key);
        }
    }

    private bool IsPaused(ServiceKey key, long now) => fights.TryGetValue(key, out Fight? fight) && now < fight.Until;

    private IpvsDriftState? FightOver(ServiceKey key)
    {
        long now = Now();
        if (!fights.TryGetValue(key, out Fight? fight) || fight.Pauses == 0 || now - Math.Max(fight.Last, fight.Until) > Peace) return null;
        return new IpvsDriftState
        {
            Phase = IpvsDriftPhase.Contested,
            Change = fight.Words!,
            Since = fight.Since,
            RepairIn = fight.Until > now ? (fight.Until - now) / (double)Second : null,
        };
    }

    /// <summary>Whether somebody changes it each time that it is put right: the same three times in a row, or anything nine times.</summary>
    private bool IsFight(ServiceKey key, string words, long now)
    {
        if (!fights.TryGetValue(key, out Fight? fight) || now - Math.Max(fight.Last, fight.Until) > Peace) fights[key] = fight = new Fight();
        fight.Score += words == fight.Words ? SameAgain : 1;
        (fight.Words, fight.Last) = (words, now);
        if (fight.Score < Fighting) return false;
        if (fight.Pauses++ == 0)
        {
            sink.OnService("Warning", key.ToString(),
                $"{key}: somebody else {words}, again and again after it has been put right: it is put right less and less often from now on, down to every 32 s; find out who it is", null);
        }

        fight.Until = now + Backoff.Usual(fight.Pauses + 1);
        return true;
    }

    private sealed class Fight
    {
        public DateTimeOffset Since { get; } = DateTimeOffset.Now;

        public string? Words { get; set; }

        public int Score { get; set; }

        public int Pauses { get; set; }

        public long Last { get; set; }

        /// <summary>It is not put right before.</summary>
        public long Until { get; set; }
    }
}
