using System.Globalization;
using HaTools.Configuration;
using HaTools.Engine.DataPlane;

namespace HaTools.Engine.Notify.Mails;

/// <summary>What mails say, in the words of keepalived's vrrp_notify.c, ipwrapper.c and its checkers, pure: filters that people have find them.</summary>
internal static class MailWords
{
    /// <summary>Of an instance or a group.</summary>
    /// <param name="told">Which.</param>
    /// <param name="kind">What it is now.</param>
    /// <returns>null: no state that mails tell of.</returns>
    public static (string Subject, string Body)? OfVrrp(NotifyObject told, NotifyKind kind) => told.Key.Owner == NotifyOwner.Group ? OfGroup(told.Key.Name, kind) : OfInstance(told.Key.Name, kind);

    /// <summary>Of a service that gained or lost its quorum.</summary>
    public static (string Subject, string Body) OfService(NotifyObject told, in NotifyNews news)
    {
        bool up = news.Kind == NotifyKind.Up;
        Quorum quorum = Quorum.Of(told.Configured!);
        string how = (news.Cause == NotifyCause.Begins, up) switch
        {
            (true, true) => "Starting with quorum up",
            (true, false) => "Starting with quorum down",
            (false, true) => "Gained quorum",
            _ => "Lost quorum",
        };
        string body = news.Cause == NotifyCause.Stop ? "=> Shutting down <="
            : string.Create(
                CultureInfo.InvariantCulture, $"=> {how} {quorum.Needed}+{quorum.Hysteresis}={(up ? quorum.Needed + quorum.Hysteresis : quorum.LostBelow)} <= {news.Weight} <=");
        return ($"Virtualserver {told.Service} - {(up ? "UP" : "DOWN")}", body);
    }

    /// <summary>Of a real server that leaves, or whose node stops.</summary>
    public static (string Subject, string Body) OfLeaving(NotifyObject told, NotifyCause cause) => (Subject(told, false), cause == NotifyCause.Stop ? "=> Shutting down <=" : "=> Removing <=");

    /// <summary>Of a real server of which a check says something new.</summary>
    public static (string Subject, string Body) OfCheck(NotifyObject told, CheckNews news) =>
        (Subject(told, news.ServerUp), $"=> {OfCheck(told.Server!.Checks[news.Check], news.Up, news.Reason)} <=");

    private static string OfCheck(HealthCheck check, bool up, string? reason) => check switch
    {
        TcpCheck => up ? "TCP CHECK succeed on service" : "TCP CHECK failed on service",
        HttpCheck => up ? "CHECK succeed on service" : "CHECK failed on service : HTTP/SSL request failed",
        DnsCheck => up ? "DNS_CHECK: succeed on service" : "DNS_CHECK: failed on service",
        SmtpCheck => up ? "CHECK succeed on service" : reason is null ? "CHECK failed on service" : $"CHECK failed on service : {reason}",
        MiscCheck => up ? "MISC CHECK succeeded on service" : $"MISC CHECK {(reason == TimedOut ? TimedOut : "failed")} on service",
        BfdCheck bfd => $"BFD CHECK {bfd.Session} {(up ? "succeeded" : "failed")} on service",
        FileCheck file => $"FILE CHECK {file.TrackFile} {(up ? "succeeded" : "failed")} on service",
        PingCheck => up ? "ICMP CHECK succeed on service" : "ICMP CHECK failed on service",
        UdpCheck => up ? "UDP CHECK succeed on service" : "UDP CHECK failed on service",
        _ => throw new InvalidOperationException($"{check.Kind} has no words."),
    };

    private const string TimedOut = "timed out";

    private static (string Subject, string Body)? OfInstance(string name, NotifyKind kind) => kind switch
    {
        NotifyKind.Master => ($"VRRP Instance {name} - Entering MASTER state", "=> VRRP Instance is now owning VRRP VIPs <="),
        NotifyKind.Backup => ($"VRRP Instance {name} - Entering BACKUP state", "=> VRRP Instance is no longer owning VRRP VIPs <="),
        NotifyKind.Fault => ($"VRRP Instance {name} - Entering FAULT state", "=> VRRP Instance is no longer owning VRRP VIPs <="),
        NotifyKind.Stop => ($"VRRP Instance {name} - Stopping", "=> VRRP Instance stopping <="),
        NotifyKind.Deleted => ($"VRRP Instance {name} - Deleted", "=> VRRP Deleted at reload <="),
        _ => null,
    };

    private static (string Subject, string Body)? OfGroup(string name, NotifyKind kind) => kind switch
    {
        NotifyKind.Master => ($"VRRP Group {name} - Entering MASTER state", "=> All VRRP group instances are now in MASTER state <="),
        NotifyKind.Backup => ($"VRRP Group {name} - Entering BACKUP state", "=> All VRRP group instances are now in BACKUP state <="),
        NotifyKind.Fault => ($"VRRP Group {name} - Entering FAULT state", "=> All VRRP group instances are now in FAULT state <="),
        NotifyKind.Stop => ($"VRRP Group {name} - Stopping", "=> All VRRP group instances are now stopping <="),
        _ => null,
    };

    private static string Subject(NotifyObject server, bool up) => $"Realserver {server.Service.Of(DestinationKey.Of(server.Server!))} of virtual server {server.Service} - {(up ? "UP" : "DOWN")}";
}
