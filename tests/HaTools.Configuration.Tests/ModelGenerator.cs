using System.Net;

namespace HaTools.Configuration.Tests;

/// <summary>Makes valid models at random; the same seed makes the same model.</summary>
internal sealed class ModelGenerator(int seed)
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
        return new HaConfiguration
        {
            RouterId = Maybe(() => Word().Replace('\t', ' ')),
            SelfFencing = Fencing(),
            Scripts = scripts,
            VrrpInstances = Unique(4, i => Instance(i, scripts)).ToValueList(),
            VirtualServers = Unique(4, Service).ToValueList(),
            DirectRoutingAddresses = Unique(3, i => new DirectRoutingAddress(Address(40 + i))).ToValueList(),
        };
    }

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
        Rise = random.Next(1, 5),
        Fall = random.Next(1, 5),
        User = Maybe(() => Coin() ? "nobody" : "1000:1000"),
        InitFail = Coin(),
        Recover = Maybe(() => new RecoveryAction { Command = "systemctl start nginx", Timeout = Time(), Delay = Coin() ? TimeSpan.Zero : Time() }),
    };

    private VrrpInstance Instance(int i, ValueList<ScriptTracker> scripts)
    {
        int version = random.Next(2, 4);
        return new VrrpInstance
        {
            Name = $"{i}{Word()}".Replace('\t', ' ').Trim(),
            Interface = Coin() ? "eth0" : "eno16777736",
            VirtualRouterId = 10 * i + random.Next(10),
            Priority = random.Next(1, 256),
            AdvertisementInterval = version == 2
                ? TimeSpan.FromSeconds(random.Next(1, 256)) : TimeSpan.FromMilliseconds(10 * random.Next(1, 4096)),
            Version = version,
            InitialState = Coin() ? VrrpInitialState.Master : VrrpInitialState.Backup,
            NoPreempt = Coin(),
            Authentication = version == 2
                ? Maybe(() => new VrrpAuthentication(VrrpAuthenticationType.SimplePassword, random.Next(3) == 0 ? "on" : "a:#'\"b")) : null,
            ChecksumForm = Coin() ? VrrpChecksumForm.PseudoHeader : VrrpChecksumForm.MessageOnly,
            VirtualAddresses = [VirtualAddress(i, 0), .. Unique(3, n => VirtualAddress(i, n))],
            TrackScripts = scripts.Where(_ => Coin()).Select(s => new Tracked(s.Name, Coin() ? random.Next(-253, 254) : null))
                .ToValueList(),
            GarpRepeat = random.Next(1, 256),
            GarpDelay = Coin() ? TimeSpan.Zero : Time(),
            SelfFencing = Maybe(Fencing),
        };
    }

    private VirtualAddress VirtualAddress(int instance, int i) => new()
    {
        Address = Address(1000 * instance + i),
        PrefixLength = random.Next(33),
        Device = Maybe(() => "eth0"),
        Label = random.Next(4) == 0 ? (Coin() ? "eth0:0" : "eno16777736:1") : null,
        Scope = Coin() ? new[] { AddressScope.Global, AddressScope.Site, AddressScope.Link, AddressScope.Host }[random.Next(4)] : null,
        Broadcast = Maybe(() => Address(random.Next(60000))),
    };

    private VirtualServer Service(int i)
    {
        bool six = random.Next(4) == 0;
        int port = random.Next(1, 65536);
        ForwardingMethod forwarding = Coin() ? ForwardingMethod.Nat : ForwardingMethod.DirectRouting;
        return new VirtualServer
        {
            Address = six ? IPAddress.Parse($"2001:db8::{i}") : Address(i),
            Port = port,
            Protocol = Coin() ? TransportProtocol.Tcp : TransportProtocol.Udp,
            Scheduler = Coin() ? "wlc" : "rr",
            Forwarding = forwarding,
            Persistence = Coin() ? TimeSpan.FromSeconds(random.Next(1, 5000)) : null,
            DelayLoop = Time(),
            RealServers = Unique(4, n => new RealServer
            {
                Address = six ? IPAddress.Parse($"2001:db8:1::{n}") : Address(500 + n),
                Port = forwarding == ForwardingMethod.DirectRouting ? port : random.Next(1, 65536),
                Weight = random.Next(65536),
                Check = Maybe(() => new TcpCheck
                {
                    Retry = random.Next(5),
                    DelayBeforeRetry = Coin() ? TimeSpan.Zero : Time(),
                    ConnectTimeout = Time(),
                    ConnectAddress = Maybe(() => Address(9)),
                    ConnectPort = Coin() ? random.Next(1, 65536) : null,
                }),
            }).ToValueList(),
        };
    }
}
