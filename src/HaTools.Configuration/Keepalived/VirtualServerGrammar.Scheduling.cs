using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary>How a service chooses a real server, and how long it stays with it.</summary>
internal static partial class VirtualServerGrammar
{
    // keepalived.conf(5); ipvsadm's is 300 s.
    private static readonly TimeSpan UsualPersistence = TimeSpan.FromSeconds(360);

    private static Keyword<ServiceDraft>[] Scheduling =>
    [
        new() { Name = "lb_algo", Required = 1, Allowed = 1, Read = ReadScheduler },
        new() { Name = "lvs_sched", Required = 1, Allowed = 1, Read = ReadScheduler },
        new() { Name = "ops", Read = (_, s, d) => d.OnePacket = s.Keyword },
        new() { Name = "flag-1", Read = (_, _, d) => d.SchedulerFlags |= SchedulerFlags.Fallback },
        new() { Name = "flag-2", Read = (_, _, d) => d.SchedulerFlags |= SchedulerFlags.Port },
        new() { Name = "flag-3", Read = (_, _, d) => d.SchedulerFlags |= SchedulerFlags.Flag3 },
        new() { Name = "sh-port", Read = (r, s, d) => ReadFlag(r, s, d, "sh", SchedulerFlags.Port) },
        new() { Name = "sh-fallback", Read = (r, s, d) => ReadFlag(r, s, d, "sh", SchedulerFlags.Fallback) },
        new() { Name = "mh-port", Read = (r, s, d) => ReadFlag(r, s, d, "mh", SchedulerFlags.Port) },
        new() { Name = "mh-fallback", Read = (r, s, d) => ReadFlag(r, s, d, "mh", SchedulerFlags.Fallback) },
        new() { Name = "persistence_engine", Required = 1, Allowed = 1, Read = (_, s, d) => d.PersistenceEngine = s.Words[1].Text },
        new() { Name = "persistence_timeout", Allowed = 1, Read = ReadPersistence },
        new() { Name = "persistence_granularity", Required = 1, Allowed = 1, Read = (_, s, d) => d.Granularity = s.Words[1] },
    ];

    private static void ReadScheduler(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        ConfWord word = statement.Words[1];
        if (Schedulers.Known.Contains(word.Text)) draft.Scheduler = word.Text;
        else reading.UnknownWord(word, "scheduler", Schedulers.Known);
    }

    // keepalived looks at the scheduler that it has read so far.
    private static void ReadFlag(ConfReading reading, ConfStatement statement, ServiceDraft draft, string scheduler, SchedulerFlags flag)
    {
        if (draft.Scheduler == scheduler) draft.SchedulerFlags |= flag;
        else
        {
            reading.Warning("NoEffect", statement.Keyword,
                $"`{statement.Keyword.Text}` stands behind `lvs_sched {scheduler}`: keepalived ignores it anywhere else, and so do we.");
        }
    }

    private static void ReadPersistence(ConfReading reading, ConfStatement statement, ServiceDraft draft)
    {
        if (statement.Argument(1) is not { } word)
        {
            draft.Persistence = UsualPersistence;
            return;
        }
        if (word.Text == "0")
        {
            reading.Warning("PersistenceOff", word,
                "`persistence_timeout 0` is no time for keepalived, which ignores it: there is no persistence.");
            draft.Persistence = null;
            return;
        }
        int? seconds = ConfValues.Integer(reading, word, 1, 2_678_400, "keepalived ignores it: there is no persistence");
        draft.Persistence = seconds is { } s ? TimeSpan.FromSeconds(s) : null;
    }

    private static IPAddress? Netmask(ConfReading reading, ConfWord word, bool isIPv6)
    {
        if (isIPv6) return ConfValues.Integer(reading, word, 1, 128, "keepalived ignores it") is { } prefix ? Networks.Mask(prefix, 128) : null;
        return ConfValues.Address(reading, word);
    }
}

/// <summary>How a service chooses a real server.</summary>
internal sealed partial class ServiceDraft
{
    public string Scheduler { get; set; } = "wlc";

    public SchedulerFlags SchedulerFlags { get; set; }

    public ConfWord? OnePacket { get; set; }

    public TimeSpan? Persistence { get; set; }

    public string? PersistenceEngine { get; set; }

    /// <summary>A mask or the length of a prefix, as the family will be.</summary>
    public ConfWord? Granularity { get; set; }
}
