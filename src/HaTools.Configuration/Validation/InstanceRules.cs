using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration;

/// <summary>Rules of VRRP instances; each area has a file.</summary>
internal static class InstanceRules
{
    private static readonly TimeSpan ShortestVersion3 = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestVersion3 = TimeSpan.FromMilliseconds(40_950);

    public static void Check(RuleFindings findings, HaConfiguration configuration)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var addresses = new AddressRules(findings, configuration);
        for (int i = 0; i < configuration.VrrpInstances.Count; i++)
        {
            VrrpInstance instance = configuration.VrrpInstances[i];
            var path = new ModelPath("vrrpInstances", i);
            CommonRules.Name(findings, path, instance.Name, "VRRP instance's name");
            if (!names.Add(instance.Name))
                findings.Error("DuplicateName", path, instance.Name, $"There is a VRRP instance `{instance.Name}` already.");
            CommonRules.Interface(findings, path.Key("interface"), instance.Interface);
            CommonRules.Range(findings, path.Key("virtualRouterId"), instance.VirtualRouterId, ModelRanges.LeastVirtualRouterId, ModelRanges.MostVirtualRouterId, "virtual router id");
            CommonRules.Range(findings, path.Key("priority"), instance.Priority, ModelRanges.LeastPriority, ModelRanges.MostPriority, "priority");
            CheckVersion(findings, path, instance);
            ElectionRules.Check(findings, path, instance);
            TransportRules.Check(findings, path, instance);
            SecurityRules.Check(findings, path, instance);
            StrictRules.Check(findings, path, instance);
            addresses.Check(path, instance);
            AnnouncementRules.Check(findings, path, instance);
        }
        RouterIdRules.Check(findings, configuration);
    }

    private static void CheckVersion(RuleFindings findings, ModelPath path, VrrpInstance instance)
    {
        CommonRules.Range(findings, path.Key("version"), instance.Version, ModelRanges.LeastVersion, ModelRanges.MostVersion, "VRRP version");
        TimeSpan interval = instance.AdvertisementInterval;
        ModelPath place = path.Key("advertisementInterval");
        string text = Durations.Format(interval);
        bool isWhole = interval.Ticks % TimeSpan.TicksPerSecond == 0;
        if (instance.Version == 2 && (interval < TimeSpan.FromSeconds(1) || interval > TimeSpan.FromSeconds(255) || !isWhole))
            findings.Error("ValueOutOfRange", place, text, $"{text} is no interval of VRRP version 2: whole seconds, 1 s to 255 s.");
        if (instance.Version == 3
            && (interval < ShortestVersion3 || interval > LongestVersion3 || interval.Ticks % (TimeSpan.TicksPerMillisecond * 10) != 0))
            findings.Error("ValueOutOfRange", place, text,
                $"{text} is no interval of VRRP version 3: whole centiseconds, 10 ms to 40.95 s.");
        if (instance is { Version: 2, AddressFamily: 6 })
            findings.Error("VersionMismatch", path.Key("version"), "2", "VRRP version 2 knows no IPv6 (RFC 3768): it needs version 3.");
        if (!instance.AlsoVersion2) return;
        ModelPath both = path.Key("alsoVersion2");
        if (instance.Version != 3) findings.Error("VersionMismatch", both, null, "Version 2 is spoken beside version 3: `version` has to be 3.");
        else if (instance.AddressFamily == 6) findings.Error("VersionMismatch", both, null, "VRRP version 2 knows no IPv6 (RFC 3768).");
        else if (!isWhole)
            findings.Warning("IntervalRounded", both, text,
                $"VRRP version 2 counts in whole seconds: its routers are told another interval than {text}, and wait accordingly.");
    }
}
