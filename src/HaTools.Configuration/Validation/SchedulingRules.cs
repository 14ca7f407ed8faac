using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of how a service chooses a real server, and of how long it stays with it, and with one that leaves.</summary>
internal static class SchedulingRules
{
    private static readonly TimeSpan LongestPersistence = TimeSpan.FromDays(31);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromDays(31);

    // Those of which the kernel's schedulers know (ip_vs_sh.c, ip_vs_mh.c).
    private const SchedulerFlags HashFlags = SchedulerFlags.Fallback | SchedulerFlags.Port;

    public static void Check(RuleFindings findings, ModelPath path, VirtualServer service)
    {
        CheckScheduler(findings, path, service);
        CheckPersistence(findings, path, service);
        CheckDrain(findings, path, service);
        QuorumRules.Check(findings, path, service);
        CommonRules.Time(findings, path.Key("delayLoop"), service.DelayLoop, false, "time between checks");
    }

    private static void CheckScheduler(RuleFindings findings, ModelPath path, VirtualServer service)
    {
        ModelPath scheduler = path.Key("scheduler");
        string name = service.Scheduler;
        if (name.Length is 0 or > 15 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
        {
            findings.Error("InvalidName", scheduler, name, $"`{name}` is no scheduler's name: 1 to 15 letters and digits.");
            return;
        }

        if (!Schedulers.Known.Contains(name))
        {
            findings.Warning("UnknownScheduler", scheduler, name, $"Linux brings no scheduler `{name}`.{Suggestion.Sentence(name, Schedulers.Known)}");
            return;
        }

        SchedulerFlags idle = service.SchedulerFlags & ~(Schedulers.Hashing.Contains(name) ? HashFlags : SchedulerFlags.None);
        if (idle != SchedulerFlags.None)
            findings.Warning("NoEffect", path.Key("schedulerFlags"), $"{idle}", $"The scheduler {name} does not ask for {idle}: the kernel keeps it, and does nothing with it.");
    }

    private static void CheckPersistence(RuleFindings findings, ModelPath path, VirtualServer service)
    {
        if (service.Persistence is { } persistence
            && (persistence < TimeSpan.FromSeconds(1) || persistence > LongestPersistence || persistence.Ticks % TimeSpan.TicksPerSecond != 0))
        {
            string text = Durations.Format(persistence);
            findings.Error("ValueOutOfRange", path.Key("persistence"), text, $"{text} is no persistence: whole seconds, 1 s to 31 days.");
        }

        if (service.PersistenceNetmask is { } mask) CheckNetmask(findings, path.Key("persistenceNetmask"), service, mask);
        if (service.PersistenceEngine is { } engine) CheckEngine(findings, path.Key("persistenceEngine"), service, engine);
    }

    private static void CheckDrain(RuleFindings findings, ModelPath path, VirtualServer service)
    {
        if (service.Drain is not { } drain || (drain >= TimeSpan.FromSeconds(1) && drain <= LongestDrain)) return;
        string text = Durations.Format(drain);
        findings.Error("ValueOutOfRange", path.Key("drain"), text, $"{text} is no time for a drain: 1 s to 31 days, or off.");
    }

    private static void CheckNetmask(RuleFindings findings, ModelPath path, VirtualServer service, IPAddress mask)
    {
        int family = service.IsIPv6 ? 6 : 4;
        if (Networks.FamilyOf(mask) != family)
            findings.Error("AddressFamilyMismatch", path, $"{mask}", $"`{mask}` is no netmask of IPv{family}, as the service is.");
        else if (family == 6 && !Networks.IsMask(mask))
            findings.Error("InvalidAddress", path, $"{mask}", $"`{mask}` is the mask of no prefix: over IPv6 the kernel knows a length from 1 to 128 only.");
        if (service.Persistence is null) findings.Warning("NoEffect", path, $"{mask}", "Without persistence nobody looks at its netmask.");
    }

    private static void CheckEngine(RuleFindings findings, ModelPath path, VirtualServer service, string engine)
    {
        if (engine.Length is 0 or > 15 || engine.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')))
            findings.Error("InvalidName", path, engine, $"`{engine}` is no persistence engine's name: 1 to 15 letters and digits.");
        else if (engine != "sip") findings.Warning("UnknownPersistenceEngine", path, engine, $"Linux brings no persistence engine `{engine}`, only `sip`.");
        else if (service.FirewallMark is null && service.Protocol != TransportProtocol.Udp)
            findings.Warning("NoEffect", path, engine, "The persistence engine sip reads packets of UDP only (ip_vs_pe_sip.c).");
        if (service.Persistence is null) findings.Warning("NoEffect", path, engine, "Without persistence its engine has nothing to do.");
    }
}
