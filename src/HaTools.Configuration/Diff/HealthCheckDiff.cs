namespace HaTools.Configuration;

/// <summary>Compares the checks of a real server.</summary>
internal static class HealthCheckDiff
{
    public static void Compare(PropertyDiff server, ValueList<HealthCheck> before, ValueList<HealthCheck> after)
    {
        if (before.Count != after.Count || before.Zip(after).Any(p => p.First.GetType() != p.Second.GetType()))
        {
            server.Set(nameof(RealServer.Checks), Describe(before), Describe(after));
            return;
        }

        for (int i = 0; i < before.Count; i++) Compare(server, $"Checks[{i}]", before[i], after[i]);
    }

    private static void Compare(PropertyDiff server, string name, HealthCheck before, HealthCheck after)
    {
        server.Compare($"{name}.Alpha", before.Alpha, after.Alpha);
        if (before is TimedCheck oldTimed && after is TimedCheck timed) CompareTiming(server, name, oldTimed, timed);
        if (before is NetworkCheck old && after is NetworkCheck now) CompareConnection(server, name, old, now);
        if (before is HttpCheck oldHttp && after is HttpCheck nowHttp) HttpCheckDiff.Compare(server, name, oldHttp, nowHttp);
        if (before is DnsCheck oldDns && after is DnsCheck nowDns) CompareDns(server, name, oldDns, nowDns);
        if (before is SmtpCheck oldSmtp && after is SmtpCheck nowSmtp) server.Compare($"{name}.HeloName", oldSmtp.HeloName, nowSmtp.HeloName);
        if (before is UdpCheck oldUdp && after is UdpCheck nowUdp) UdpCheckDiff.Compare(server, name, oldUdp, nowUdp);
        if (before is MiscCheck oldProgram && after is MiscCheck program) CompareProgram(server, name, oldProgram, program);
        if (before is FileCheck oldFile && after is FileCheck file) CompareFile(server, name, oldFile, file);
        if (before is BfdCheck oldBfd && after is BfdCheck bfd) server.Compare($"{name}.Session", oldBfd.Session, bfd.Session);
    }

    private static void CompareTiming(PropertyDiff server, string name, TimedCheck before, TimedCheck after)
    {
        server.Compare($"{name}.Retry", before.Retry, after.Retry);
        server.Compare($"{name}.DelayBeforeRetry", before.DelayBeforeRetry, after.DelayBeforeRetry);
        server.Compare($"{name}.DelayLoop", before.DelayLoop, after.DelayLoop);
        server.Compare($"{name}.Warmup", before.Warmup, after.Warmup);
        server.Compare($"{name}.LogAllFailures", before.LogAllFailures, after.LogAllFailures);
    }

    private static void CompareFile(PropertyDiff server, string name, FileCheck before, FileCheck after)
    {
        server.Compare($"{name}.TrackFile", before.TrackFile, after.TrackFile);
        server.Compare($"{name}.Weight", before.Weight, after.Weight);
        server.Compare($"{name}.Reverse", before.Reverse, after.Reverse);
    }

    private static void CompareDns(PropertyDiff server, string name, DnsCheck before, DnsCheck after)
    {
        server.Compare($"{name}.RecordType", before.RecordType, after.RecordType);
        server.Compare($"{name}.Name", before.Name, after.Name);
        server.Compare($"{name}.Transport", before.Transport, after.Transport);
    }

    private static void CompareProgram(PropertyDiff server, string name, MiscCheck before, MiscCheck after)
    {
        server.Compare($"{name}.Command", before.Command, after.Command);
        server.Compare($"{name}.Timeout", before.Timeout, after.Timeout);
        server.Compare($"{name}.DynamicWeight", before.DynamicWeight, after.DynamicWeight);
        server.Compare($"{name}.User", before.User, after.User);
    }

    private static void CompareConnection(PropertyDiff server, string name, NetworkCheck before, NetworkCheck after)
    {
        server.Compare($"{name}.ConnectTimeout", before.ConnectTimeout, after.ConnectTimeout);
        server.Compare($"{name}.ConnectAddress", before.ConnectAddress, after.ConnectAddress);
        server.Compare($"{name}.BindAddress", before.BindAddress, after.BindAddress);
        server.Compare($"{name}.BindInterface", before.BindInterface, after.BindInterface);
        server.Compare($"{name}.FirewallMark", before.FirewallMark, after.FirewallMark);
        if (before is not ConnectingCheck old || after is not ConnectingCheck now) return;
        server.Compare($"{name}.ConnectPort", old.ConnectPort, now.ConnectPort);
        server.Compare($"{name}.BindPort", old.BindPort, now.BindPort);
    }

    private static string? Describe(ValueList<HealthCheck> checks) => checks.Count == 0 ? null : string.Join(", ", checks.Select(c => c.Kind));
}
