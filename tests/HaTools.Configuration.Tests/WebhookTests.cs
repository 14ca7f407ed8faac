using static HaTools.Configuration.Tests.Texts;

namespace HaTools.Configuration.Tests;

/// <summary>Webhooks.</summary>
public sealed class WebhookTests
{
    private const string Whole = """
        webhooks:
        - name: chat
          url: https://hooks.example.com/ha?to=ops
          events: [instances, priorities]
          headers: { Authorization: Bearer it opens, X-Node: "7" }
          timeout: 4s
          ca: /etc/ssl/hooks.pem
        - { name: plain, url: "http://[2001:db8::1]:8080", verifyCertificate: false }
        """;

    [Fact]
    public void A_webhook_is_read_and_written()
    {
        HaConfiguration c = FromYaml(Whole).Clean();
        Assert.Equal(
            [
                new Webhook
                {
                    Name = "chat",
                    Url = "https://hooks.example.com/ha?to=ops",
                    Events = WebhookEvents.Instances | WebhookEvents.Priorities,
                    Headers = [new("Authorization", "Bearer it opens"), new("X-Node", "7")],
                    Timeout = TimeSpan.FromSeconds(4),
                    Ca = "/etc/ssl/hooks.pem",
                },
                new Webhook { Name = "plain", Url = "http://[2001:db8::1]:8080", VerifyCertificate = false },
            ],
            c.Webhooks);
        Assert.Equal((WebhookEvents)15, c.Webhooks[1].Events);
        Assert.Equal(c, FromYaml(HaConfigurationWriter.WriteYaml(c)).Clean());
    }

    [Theory]
    [InlineData("{ name: a, url: ftp://h/ }", "InvalidUrl")]
    [InlineData("{ name: a, url: /path }", "InvalidUrl")]
    [InlineData("{ name: a, url: 'https://' }", "InvalidUrl")]
    [InlineData("{ name: a, url: 'https://u:secret@h/' }", "InvalidUrl")]
    [InlineData("{ name: a, url: 'https://h/#secret' }", "InvalidUrl")]
    [InlineData("{ name: a, url: 'https://h/a secret' }", "InvalidUrl")]
    [InlineData("{ name: a, url: \"https://h/a\\r\\nsecret: b\" }", "InvalidUrl")]
    [InlineData("{ name: a, url: https://h/, events: [] }", "MissingValue")]
    [InlineData("{ name: a, url: https://h/, timeout: 0s }", "ValueOutOfRange")]
    [InlineData("{ name: a, url: https://h/, ca: ca.pem }", "InvalidPath")]
    [InlineData("{ name: a, url: https://h/, headers: { 'a b': c } }", "InvalidName")]
    [InlineData("{ name: a, url: https://h/, headers: { content-length: 7 } }", "NotSupported")]
    [InlineData("{ name: a, url: https://h/, headers: { A: 1, a: 2 } }", "DuplicateName")]
    [InlineData("{ name: a, url: https://h/, headers: { A: \"secret\\r\\nb: c\" } }", "InvalidValue")]
    [InlineData("{ name: '', url: https://h/ }", "InvalidName")]
    [InlineData("{ name: a, url: https://h/ }, { name: a, url: https://i/ }", "DuplicateName")]
    public void What_cannot_be_is_refused_and_a_secret_not_repeated(string hooks, string code)
    {
        HaConfigurationDiagnostic found = Assert.Single(FromYaml($"webhooks: [{hooks}]\n").Diagnostics);
        Assert.Equal((HaDiagnosticSeverity.Error, code), (found.Severity, found.Code));
        Assert.DoesNotContain("secret", found.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ name: a, url: http://h/, ca: /ca }")]
    [InlineData("{ name: a, url: https://h/, ca: /ca, verifyCertificate: false }")]
    public void A_CA_that_nobody_asks_is_told(string hook) => Assert.Equal("NoEffect", Assert.Single(FromYaml($"webhooks: [{hook}]\n").Diagnostics).Code);

    [Fact]
    public void What_changes_is_in_the_plan_without_its_secrets()
    {
        HaConfiguration before = FromYaml(Whole).Clean();
        Webhook chat = before.Webhooks[0];
        HaConfiguration after = before with
        {
            Webhooks = [chat with { Url = "https://hooks.example.com/secret", Headers = [new("Authorization", "secret"), new("X-New", "secret")], Timeout = TimeSpan.FromSeconds(5) }, new() { Name = "new", Url = "http://secret/" }],
        };
        Assert.Equal(
            [
                "Remove Webhook plain:  -> ", "Set Webhook chat Url: ******** -> ********", "Set Webhook chat Headers.Authorization: ******** -> ********", "Set Webhook chat Headers.X-Node: ******** -> ",
                "Set Webhook chat Headers.X-New:  -> ********", "Set Webhook chat Timeout: 4s -> 5s", "Add Webhook new:  -> ",
            ],
            ConfigurationDiff.Compare(before, after).Select(c => $"{c.Action} {c.Kind} {c.Id}{(c.Property is null ? "" : $" {c.Property}")}: {c.Before} -> {c.After}"));
        Assert.Equal("chat, Authorization: ********", $"{chat}, {chat.Headers[0]}");
    }
}
