namespace HaTools.Configuration.Tests;

/// <summary>Trackers other than scripts, and what follows them.</summary>
internal sealed partial class ModelGenerator
{
    private Trackers trackers = new([], [], [], [], []);

    private FileTracker File(int i)
    {
        int? initial = Coin() ? random.Next(-5, 5) : null;
        return new()
        {
            Name = $"file {i}",
            Path = $"/run/{i}",
            Weight = random.Next(-254, 255),
            Reverse = Coin(),
            InitialValue = initial,
            Overwrite = initial is not null && Coin(),
        };
    }

    private ProcessTracker Process(int i)
    {
        int quorum = random.Next(1, 4);
        return new ProcessTracker
        {
            Name = $"process {i}",
            Command = Coin() ? ["nginx"] : ["/usr/sbin/nginx", "-g", Word()],
            Parameters = Coin() ? (ParameterMatch)random.Next(3) : null,
            FullCommand = Coin(),
            Weight = random.Next(-254, 255),
            Reverse = Coin(),
            Quorum = quorum,
            QuorumMax = Coin() ? quorum + random.Next(3) : null,
            ForkDelay = Pace(),
            TerminateDelay = Pace(),
        };
    }

    private BfdSession Bfd(int i)
    {
        bool multihop = Coin();
        bool vrrp = Coin();
        return new BfdSession
        {
            Name = $"bfd {i}",
            Neighbour = Address(70 + i),
            Source = Maybe(() => Address(80)),
            MinimumReceive = TimeSpan.FromMilliseconds(random.Next(1, 1000)),
            MinimumTransmit = TimeSpan.FromMilliseconds(random.Next(1, 1000)),
            IdleTransmit = TimeSpan.FromMilliseconds(random.Next(1000, 9000)),
            Multiplier = random.Next(1, 256),
            Passive = Coin(),
            Ttl = Coin() ? random.Next(1, 256) : null,
            MaximumHops = Coin() ? random.Next(256) : null,
            Multihop = multihop,
            Weight = random.Next(-253, 254),
            Reverse = Coin(),
            ForVrrp = vrrp,
            ForChecks = !vrrp || Coin(),
        };
    }

    private ValueList<VrrpSyncGroup> Groups(ValueList<VrrpInstance> instances) => instances.Count < 2 || Coin() ? [] :
    [
        new()
        {
            Name = "group",
            Members = [instances[0].Name, instances[1].Name],
            TrackInterfaces = Interfaces(),
            TrackScripts = Follow(trackers.Scripts, 253),
            TrackFiles = Follow(trackers.Files, 254),
            TrackProcesses = Follow(trackers.Processes, 254),
            TrackBfd = Follow(trackers.Bfd, 253),
            TrackingWeight = Coin(),
            Notify = Notify() with { Deleted = null, SaysDeleted = false, MasterReceivedLowerPriority = null },
            NotifyPriorityChanges = Coin() ? Coin() : null,
            SmtpAlert = Coin() ? Coin() : null,
        },
    ];

    private ValueList<Tracked> Interfaces() => Follow(["eth7", "eth8"], 253);

    private ValueList<Tracked> Follow(string[] names, int most) =>
        names.Where(_ => Coin()).Select(n => new Tracked(n, Coin() ? random.Next(-most, most + 1) : null, Coin() ? Coin() : null)).ToValueList();

    private NotifyScripts Notify() => Coin() ? NotifyScripts.None : new()
    {
        Master = Maybe(Script),
        Backup = Maybe(Script),
        Fault = Maybe(Script),
        Stop = Maybe(Script),
        Deleted = Maybe(Script),
        SaysDeleted = Coin(),
        Any = Maybe(Script),
        MasterReceivedLowerPriority = Maybe(Script),
    };

    private NotifyFifo Fifo(string path) => new(path) { User = Maybe(() => "nobody"), Script = Maybe(Script) };

    private Webhook Hook(int n) => new()
    {
        Name = $"hook {n}",
        Url = One(["https://hooks.example.com/ha?a=b", "http://[2001:db8::1]:8080/", "http://192.0.2.1"]),
        Events = (WebhookEvents)random.Next(1, 32),
        Headers = Coin() ? [] : [new("Authorization", "Bearer x: 'y' # z"), new("X-Number", "7")],
        Timeout = TimeSpan.FromSeconds(random.Next(1, 601)),
        Ca = Maybe(() => "/etc/ssl/hook.pem"),
        VerifyCertificate = Coin(),
    };

    private SmtpAlerts Alerts() => new()
    {
        Server = One(["192.0.2.25", "2001:db8::25", "mail.example.com"]),
        Port = random.Next(1, 65536),
        From = Maybe(() => "The directors <lb@example.com>"),
        To = Coin() ? ["root"] : ["ops@example.com", "\"Jürgen\" <j@example.com>"],
        HeloName = Maybe(() => "lb1.example.com"),
        Timeout = TimeSpan.FromSeconds(random.Next(1, 3601)),
        All = Coin() ? Coin() : null,
        Vrrp = Coin() ? Coin() : null,
        Checks = Coin() ? Coin() : null,
        NoFaults = Coin(),
        ServersOnly = Coin(),
    };

    private NotifyScript Script() => new("/etc/hatools/notify 'it changed'", Maybe(() => "nobody"));

    // Finer than a second, and often none.
    private TimeSpan Pace() => Coin() ? TimeSpan.Zero : TimeSpan.FromTicks(10 * random.Next(1, 1_000_000));

    private sealed record Trackers(string[] Scripts, string[] Files, string[] Processes, string[] Bfd, string[] CheckBfd);
}
