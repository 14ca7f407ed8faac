using System.Net;
using System.Text;
using HaTools.Engine.Notify;
using HaTools.Engine.Notify.Webhooks;

namespace HaTools.Engine.Tests.Notify.Webhooks;

/// <summary>What webhooks are told.</summary>
public sealed class WebhookEventTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 9, 44, 8, 70, TimeSpan.FromHours(3.5));

    private static readonly NotifyObject[] Objects =
    [
        .. NotifyObject.AllOf(new HaConfiguration
        {
            VrrpInstances = [new() { Name = "VI \"1\"", Interface = "eth0", VirtualRouterId = 1 }],
            SyncGroups = [new() { Name = "VG", Members = ["VI \"1\""] }],
            VirtualServers = [new() { Address = IPAddress.Parse("2001:db8::1"), Port = 80, RealServers = [new() { Address = IPAddress.Parse("2001:db8::2"), Port = 81 }] }],
        }),
    ];

    [Fact]
    public void An_instance_has_its_states_and_its_priority()
    {
        Assert.Equal(
            """{"sequence":7,"time":"2026-03-01T09:44:08.070+03:30","node":"lb","event":"state","object":"instance","name":"VI \"1\"","state":"MASTER","formerState":"BACKUP","priority":150}""",
            Written(0, new NotifyNews(NotifyKind.Master, 150) { Former = NotifyKind.Backup }));
        Assert.EndsWith("""
            "event":"state","object":"instance","name":"VI \"1\"","state":"BACKUP","formerState":null,"priority":100}
            """, Written(0, new NotifyNews(NotifyKind.Backup, 100)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, NotifyKind.LowerPriority, NotifyCause.Change, NotifyKind.Master, "lowerPriority MASTER MASTER")]
    [InlineData(0, NotifyKind.MasterPriority, NotifyCause.Change, NotifyKind.Master, "priority MASTER MASTER")]
    [InlineData(0, NotifyKind.BackupPriority, NotifyCause.Change, NotifyKind.Fault, "priority FAULT FAULT")]
    [InlineData(0, NotifyKind.Stop, NotifyCause.Change, NotifyKind.Master, "stop STOP MASTER")]
    [InlineData(0, NotifyKind.Deleted, NotifyCause.Change, NotifyKind.Backup, "removed DELETED BACKUP")]
    [InlineData(1, NotifyKind.Fault, NotifyCause.Change, NotifyKind.Backup, "state FAULT BACKUP")]
    [InlineData(2, NotifyKind.Down, NotifyCause.Change, NotifyKind.Up, "state DOWN UP")]
    [InlineData(2, NotifyKind.Up, NotifyCause.Begins, null, "added UP ")]
    [InlineData(3, NotifyKind.Down, NotifyCause.End, NotifyKind.Up, "removed DOWN UP")]
    [InlineData(3, NotifyKind.Down, NotifyCause.Stop, NotifyKind.Up, "stop DOWN UP")]
    public void Each_event_says_what_it_is(int which, object kind, object cause, object? former, string expected)
    {
        using var json = System.Text.Json.JsonDocument.Parse(Written(which, new NotifyNews((NotifyKind)kind, 0) { Cause = (NotifyCause)cause, Former = (NotifyKind?)former }));
        Assert.Equal(expected, string.Join(' ', ((string[])["event", "state", "formerState"]).Select(n => json.RootElement.GetProperty(n).GetString())));
    }

    [Fact]
    public void Services_and_servers_have_what_they_weigh()
    {
        Assert.EndsWith("""
            "object":"realServer","name":"[2001:db8::2]:81","service":"tcp [2001:db8::1]:80","state":"UP","formerState":null,"weight":3}
            """, Written(2, new NotifyNews(NotifyKind.Up, 0) { Weight = 3 }), StringComparison.Ordinal);
        Assert.EndsWith("""
            "object":"service","name":"tcp [2001:db8::1]:80","state":"DOWN","formerState":"UP","weight":0}
            """, Written(3, new NotifyNews(NotifyKind.Down, 0) { Former = NotifyKind.Up }), StringComparison.Ordinal);
        Assert.DoesNotContain("weight", Written(1, new NotifyNews(NotifyKind.Fault, 0)), StringComparison.Ordinal);
        Assert.DoesNotContain("priority", Written(1, new NotifyNews(NotifyKind.Fault, 0)), StringComparison.Ordinal);
    }

    private static string Written(int which, NotifyNews news) => Encoding.UTF8.GetString(WebhookEvent.Write(7, Time, "lb", Objects[which], news));
}
