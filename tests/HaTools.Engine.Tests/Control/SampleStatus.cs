using HaTools.Engine.Control;

namespace HaTools.Engine.Tests.Control;

/// <summary>Replies with every property set.</summary>
internal static class SampleStatus
{
    private static readonly DateTimeOffset Then = new(2026, 11, 20, 1, 2, 3, TimeSpan.Zero);

    public static HaNodeStatus Full { get; } = new()
    {
        Name = "lb01",
        RouterId = "LVS_DEVEL",
        ProcessId = 42,
        Host = "hanode",
        Version = "0.1.0",
        StartTime = Then,
        ConfigurationPath = "/etc/hatools/节点.yaml",
        Generation = 3,
        Notes = ["one", "two"],
        Instances =
        [
            new VrrpState
            {
                Node = "lb01", Name = "VI_1", Interface = "eth0", VirtualRouterId = 51, Version = 2, State = VrrpStateKind.Fault, Priority = 85, BasePriority = 100,
                Master = "192.0.2.2", Since = Then, LastAdvertAge = 0.25, VirtualAddresses = ["192.0.2.9/32"],
                ExcludedAddresses = ["192.0.2.10/32"], StandingAddresses = ["192.0.2.9/32"],
                FailedAddresses = [new VrrpAddressFailure { Address = "192.0.2.10/32", Interface = "eth0", Reason = "EINVAL" }], SourceAddress = "192.0.2.1",
                AdvertisementInterval = 0.1, MasterDownInterval = 0.341, PreemptsIn = 12.5, WaitsFor = "a health check has had no result yet", WaitsAtMost = 6.5, Fault = "script chk failed", SendFailure = "cannot send adverts: EPERM", SelfFencingLifetime = 4,
                Statistic = new VrrpStatistic
                {
                    AdvertsReceived = 1, AdvertsSent = 2, AdvertsFailed = 8, LastSendError = "EPERM", BecameMaster = 3, ReleasedMaster = 4, PriorityZeroReceived = 5, PriorityZeroSent = 6, MaxTimerLateness = 0.5,
                    Rejected = new Dictionary<string, long> { ["Checksum"] = 7 },
                },
            },
        ],
        Trackers = [new HaTrackerState { Name = "chk", State = HaTrackerStateKind.Recovering, Since = Then, LastResult = "exit 1", Recoveries = 2 }],
        Services =
        [
            new IpvsServiceState
            {
                Id = "tcp 192.0.2.9:80", Group = "web", Members = [new IpvsServiceMemberState { Id = "tcp 192.0.2.9:80", Loaded = true, Addresses = ["192.0.2.9"] }], Scheduler = "wrr", Forwarding = ForwardingMethod.DirectRouting, SchedulerFlags = ["port"], OnePacket = true, Persistence = 50, PersistenceNetmask = "255.255.255.0", PersistenceEngine = "sip", HaSuspend = true, Hysteresis = 1, Loaded = true, ChecksSuspended = true,
                Drift = new IpvsDriftState { Phase = IpvsDriftPhase.Contested, Change = "has removed the service", Since = Then, RepairIn = 4.5 },
                RealServers = [new IpvsRealServerState { Id = "192.0.2.11:80", HostName = "app.example.com", Weight = 5, Up = false, Since = Then, UpperThreshold = 9, LowerThreshold = 7, InhibitOnFailure = true, Reason = "refused", ActiveConnections = 1, InactiveConnections = 2, Checks = [new IpvsCheckState { Type = "file", Target = "192.0.2.11:80", Asks = ["GET /"], Origin = "mark 7", Interval = 6, Timeout = 5, Retries = 1, RetryInterval = 0.5, Alpha = true, Follows = "load", Up = false, Spoken = true, Reason = "exit 1", Warning = "expires", WeightChange = -3 }] }],
            },
        ],
        Names = [new HaNameState { Name = "app.example.com", RecordType = "A", Answered = true, Records = ["192.0.2.11"], NameServer = "192.0.2.53:53", Since = Then, NextQuery = Then, Trouble = "SERVFAIL" }],
        Ipvs = new IpvsState { TcpTimeout = 900, TcpFinTimeout = 120, UdpTimeout = 300 },
        SyncDaemons =
        [
            new IpvsSyncDaemonState { Role = IpvsSyncRole.Backup, Interface = "eth0", SyncId = 51, Instance = "VI_1", Running = false, Reason = "ENODEV" },
        ],
        DirectRoutingAddresses = ["192.0.2.9"],
        RealServerAddresses = [new HaRealServerAddressState { Address = "192.0.2.9", Forwarding = "gue 6080", Ready = false, Problems = ["tunl0 is down"] }],
    };

    public static PlanReply Plan { get; } = new()
    {
        Changes = [new HaChange { Action = HaChangeAction.Set, Kind = "VrrpInstance", Id = "VI_1", Property = "Priority", Before = "100", After = "90" }],
        Diagnostics =
        [
            new HaConfigurationDiagnostic
            {
                Severity = HaDiagnosticSeverity.Warning, Code = "SurplusWords", Message = "ignored", File = "a.conf", Line = 2, Column = 3, Text = "//",
            },
        ],
        Applied = false,
    };

    public static HaEvent Event(long sequence) => new()
    {
        Sequence = sequence,
        Time = Then,
        Node = "lb01",
        Kind = "StateChanged",
        Subject = "VI_1",
        Message = "(VI_1) Entering MASTER STATE",
        State = "MASTER",
    };
}
