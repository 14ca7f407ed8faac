using System.Net;

namespace HaTools.Configuration.Tests;

/// <summary>Makes valid models at random; the same seed makes the same model.</summary>
internal sealed partial class ModelGenerator(int seed)
{
    private static readonly string[] Words =
    [
        "VI_1", "中文 实例", "true", "null", "1111", "0x1F", "1e3", "~", "- a", "a: b", "#x", "it's \"q\"", "back\\slash", "tab\there", "é",
        "{}", "*a", "&a", "!t", "a b", "2026-01-01", "1.5", "off", "yes", "=", "%x", "@x", "`x", "a #b", "a:", ":a", "?", "|", ">", "[x]", "<<", "-", "---", "...",
        "12:30:45", ".inf",
    ];

    private readonly Random random = new(seed);

    public HaConfiguration Next()
    {
        ValueList<ScriptTracker> scripts = Unique(4, i => Script(i)).ToValueList();
        ValueList<FileTracker> files = Unique(3, File).ToValueList();
        ValueList<ProcessTracker> processes = Unique(3, Process).ToValueList();
        ValueList<BfdSession> sessions = Unique(3, Bfd).ToValueList();
        trackers = new Trackers([.. scripts.Select(s => s.Name)], [.. files.Select(f => f.Name)], [.. processes.Select(p => p.Name)],
            [.. sessions.Where(b => b.ForVrrp).Select(b => b.Name)], [.. sessions.Where(b => b.ForChecks).Select(b => b.Name)]);
        ipvlanMode = (IpvlanMode)random.Next(3);
        ipvlans = Coin();
        ValueList<VrrpInstance> instances = Unique(4, Instance).ToValueList();
        serverGroups.Clear();
        return new HaConfiguration
        {
            RouterId = Maybe(() => Word().Replace('\t', ' ')),
            SelfFencing = Fencing(),
            ScriptUser = Maybe(() => "nobody:nogroup"),
            ScriptSecurity = Coin(),
            NotifyUpAtStart = Coin(),
            NotifyFifo = Maybe(() => Fifo("/run/all")),
            VrrpNotifyFifo = Maybe(() => Fifo("/run/vrrp")),
            IpvsNotifyFifo = Maybe(() => Fifo("/run/ipvs")),
            NotifyPriorityChanges = Coin(),
            NotifyStatesOnReload = Coin(),
            SmtpAlerts = Maybe(Alerts),
            Webhooks = Unique(2, Hook).ToValueList(),
            StartupDelay = Coin() ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(1001)),
            DelayAfterBoot = Coin() ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(1001)),
            LogUnknownVirtualRouters = Coin(),
            DynamicInterfaces = Coin(),
            GarpInterval = Pace(),
            NeighborAdvertisementInterval = Pace(),
            Firewall = Coin() ? new() : new() { Table = Maybe(() => "own"), Priority = random.Next(-5, 5), Counters = Coin() },
            VirtualMacPrefix = Coin() ? "vrrp" : "vm",
            VirtualMacAddressPrefix = Maybe(() => "vma"),
            DisableLocalIgmp = Coin(),
            Scripts = scripts,
            Files = files,
            Processes = processes,
            BfdSessions = sessions,
            InterfaceDelays = Unique(3, i => new InterfaceDelay($"delay{i}", Pace(), Pace())).ToValueList(),
            GarpGroups = Unique(2, i => new GarpGroup
            {
                Interfaces = [$"eth{i}0", .. Coin() ? [$"eth{i}1"] : Array.Empty<string>()],
                GarpInterval = Pace(),
                NeighborAdvertisementInterval = TimeSpan.FromMilliseconds(1 + random.Next(100)),
            }).ToValueList(),
            StaticAddresses = Unique(3, i => VirtualAddress(9, i, Coin()) with { Device = "eth0" }).ToValueList(),
            StaticRoutes = Unique(3, Route).ToValueList(),
            StaticRules = Unique(3, Rule).ToValueList(),
            TrackGroups = Unique(2, i => new StaticTrackGroup($"group {i}", instances.Select(v => v.Name).ToValueList()))
                .Where(g => g.Instances.Count > 0).ToValueList(),
            SyncGroups = Groups(instances),
            VrrpInstances = instances,
            VirtualServers = Unique(4, Service).ToValueList(),
            VirtualServerGroups = serverGroups.ToValueList(),
            Resolver = Coin() ? ResolverSettings.Usual : Resolver(),
            Ssl = Coin() ? SslSettings.None : Ssl(),
            Ipvs = Coin() ? IpvsSettings.None : new()
            {
                TcpTimeout = IdleTime(),
                TcpFinTimeout = IdleTime(),
                UdpTimeout = IdleTime(),
                Parameters = Parameters(),
                Foreign = Coin() ? IpvsForeignPolicy.Purge : IpvsForeignPolicy.Keep,
                Drift = Coin() ? IpvsDriftPolicy.Report : IpvsDriftPolicy.Repair,
                GroupMarks = Maybe(() => new GroupMarkSettings { Table = Maybe(() => "marks"), Priority = Coin() ? -1 : random.Next(-400, 99), Start = Coin() ? 1000 : (uint)random.Next(1, 70000) }),
            },
            SyncDaemon = Maybe(() => SyncDaemon(instances)),
            DirectRoutingAddresses = Unique(3, i => new DirectRoutingAddress(Address(40 + i))).ToValueList(),
            TunnelAddresses = Unique(3, Tunnel).ToValueList(),
        };
    }

    private IpvsSyncDaemon SyncDaemon(ValueList<VrrpInstance> instances) => new()
    {
        Interface = "eth0",
        Instance = instances.Count > 0 ? Maybe(() => instances[0].Name) : null,
        SyncId = Coin() ? random.Next(256) : null,
        MaximumLength = Coin() ? random.Next(1, 65508) : null,
        Group = Maybe(() => IPAddress.Parse(Coin() ? "224.0.0.90" : "ff05::90")),
        Port = Coin() ? random.Next(1, 65536) : null,
        Ttl = Coin() ? random.Next(1, 256) : null,
        RefreshPeriod = Coin() ? TimeSpan.FromSeconds(random.Next(1, 301)) : null,
    };

    private ValueList<IpvsParameterSetting> Parameters()
    {
        IpvsParameterSetting[] some = [new("est_nice", "-5"), new("sync_threshold", "3 50"), new("conn_reuse_mode", "3"), new("sync_threshold", "0\t10"), new("est_cpulist", "0-3,6")];
        return some.Where(_ => Coin()).DistinctBy(p => p.Name).ToValueList();
    }

    private TunnelAddress Tunnel(int i)
    {
        TunnelType type = (TunnelType)random.Next(3);
        return new(Address(40 + i)) { Type = type, Port = type == TunnelType.Gue ? random.Next(1, 65536) : null, OuterFamily = Coin() ? 4 : null };
    }

    private TimeSpan? IdleTime() => Coin() ? TimeSpan.FromSeconds(random.Next(1, 2_678_401)) : null;

    private static IPAddress Address(int n) => new([10, 1, (byte)(n >> 8), (byte)n]);

    private IEnumerable<T> Unique<T>(int most, Func<int, T> make) => Enumerable.Range(1, random.Next(most + 1)).Select(make).ToList();

    private string Word() => Words[random.Next(Words.Length)];

    private bool Coin() => random.Next(2) == 0;

    private T? Maybe<T>(Func<T> make) where T : class => Coin() ? make() : null;

    private TimeSpan Time() => random.Next(5) switch
    {
        0 => TimeSpan.FromSeconds(random.Next(1, 1000)),
        1 => TimeSpan.FromMilliseconds(random.Next(1, 1000)),
        2 => TimeSpan.FromMilliseconds(random.Next(1, 100000)),
        3 => TimeSpan.FromTicks(random.Next(1, 1_000_000_000)),
        _ => TimeSpan.FromHours(random.Next(1, 24)),
    };

    private SelfFencing Fencing() => random.Next(3) switch
    {
        0 => SelfFencing.Off,
        1 => SelfFencing.Automatic,
        _ => SelfFencing.After(TimeSpan.FromSeconds(random.Next(2, 86401))),
    };

    private ScriptTracker Script(int i) => new()
    {
        Name = $"{Word()} {i}".Replace('\t', ' '),
        Command = Coin() ? "/bin/sh -c \"echo 'a  b'; exit 1\"" : $"/usr/bin/check --n={i}",
        Interval = Time(),
        Timeout = Coin() ? Time() : null,
        Weight = random.Next(-253, 254),
        Reverse = Coin(),
        Rise = random.Next(1, 5),
        Fall = random.Next(1, 5),
        User = Maybe(() => Coin() ? "nobody" : "1000:1000"),
        InitFail = Coin(),
        Recover = Maybe(() => new RecoveryAction { Command = "systemctl start nginx", Timeout = Time(), Delay = Coin() ? TimeSpan.Zero : Time() }),
    };
}
