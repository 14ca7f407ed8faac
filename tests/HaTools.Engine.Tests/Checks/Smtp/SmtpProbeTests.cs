using System.Text;
using HaTools.Engine.Checks;
using HaTools.Engine.Checks.Smtp;

namespace HaTools.Engine.Tests.Checks.Smtp;

/// <summary>The conversation of an SMTP check, without a socket.</summary>
public sealed class SmtpProbeTests
{
    private static readonly SmtpCheck Check = new() { HeloName = "check.example" };

    public static TheoryData<string?, string?, string?, string?> Conversations => new()
    {
        { "220 mail.example ESMTP\r\n", "250 mail.example\r\n", "221 Bye\r\n", null },
        { "220\r\n", "250\r\n", "221\r\n", null },
        { "220 mail\n", "250 mail\n", "221 Bye\n", null },
        { "220-mail\r\n220-of\r\n220 example\r\n", "250-mail\r\n250 HELP\r\n", "221-Bye\r\n221 bye\r\n", null },
        { "220 mail\r\n", "250 mail\r\n", "500 What?\r\n", null },
        { "220 mail\r\n221 more\r\n", "250 mail\r\n", "221 Bye\r\n", null },
        { "554 5.7.1 go away, \x1b[31mplease?\r\n", null, null, "it greets with 554 5.7.1 go away, ?[31mplease? (its greeting)" },
        { "554-no\r\n554 service\r\n", null, null, "it greets with 554 service (its greeting)" },
        { "220 mail\r\n", "550 no\r\n", null, "it answers 550 no (HELO check.example)" },
        { "220 mail\r\n", "251 mail\r\n", null, "it answers 251 mail (HELO check.example)" },
        { "SSH-2.0-OpenSSH_9.2\r\n", null, null, "it does not speak SMTP (its greeting)" },
        { "+OK POP3\r\n", null, null, "it does not speak SMTP (its greeting)" },
        { "\r\n", null, null, "it does not speak SMTP (its greeting)" },
        { "22\r\n", null, null, "it does not speak SMTP (its greeting)" },
        { "2200 mail\r\n", null, null, "it does not speak SMTP (its greeting)" },
        { "220 mail\r\n", "25O mail\r\n", null, "it does not speak SMTP (HELO check.example)" },
        { "220 mail\r\n", "250 mail\r\n", "bye\r\n", "it does not speak SMTP (QUIT)" },
        { "220-mail\r\n250 mail\r\n", null, null, "its reply has two codes (its greeting)" },
        { "220 " + new string('x', 20_000), null, null, "its reply has no end (its greeting)" },
        { string.Concat(Enumerable.Repeat("220-mail\r\n", 2000)), null, null, "its reply has no end (its greeting)" },
        { null, null, null, "it closed the connection without a reply (its greeting)" },
        { "220-mail\r\n", null, null, "it closed the connection before its reply was whole (its greeting)" },
        { "220 mail\r\n", "25", null, "it closed the connection before its reply was whole (HELO check.example)" },
        { "220 mail\r\n", "250 mail\r\n", null, "it closed the connection without a reply (QUIT)" },
        { "554 " + new string('x', 300) + "\r\n", null, null, $"it greets with 554 {new string('x', 124)} (its greeting)" },
    };

    [Theory]
    [MemberData(nameof(Conversations))]
    public void It_is_judged_the_same_wherever_it_is_cut(string? greeting, string? helo, string? quit, string? reason)
    {
        var probe = new SmtpProbe(Check);
        Assert.Equal(reason, Run(probe, int.MaxValue, greeting, helo, quit));
        Assert.Equal(reason, Run(probe, 1, greeting, helo, quit));
        Assert.Equal(reason, Run(probe, 7, greeting, helo, quit));
    }

    [Fact]
    public void It_waits_for_the_greeting_and_says_HELO_and_QUIT()
    {
        var probe = new SmtpProbe(Check);
        Assert.Equal(ProbeStep.Read, probe.Begin(0));
        Assert.Equal("its greeting", probe.Question);
        Assert.Equal(ProbeStep.Write, probe.Received("220 mail\r\n"u8));
        Assert.Equal("HELO check.example\r\n", Encoding.ASCII.GetString(probe.Output));
        Assert.Equal("HELO check.example", probe.Question);
        Assert.Equal(ProbeStep.Write, probe.Received("250 mail\r\n"u8));
        Assert.Equal("QUIT\r\n", Encoding.ASCII.GetString(probe.Output));
        Assert.Equal(ProbeStep.Good, probe.Received("221 bye\r\n"u8));
    }

    [Fact]
    public void What_is_mutated_is_judged_the_same_wherever_it_is_cut_and_throws_nothing()
    {
        var random = new Random(20261122);
        SmtpProbe whole = new(Check), parts = new(Check);
        var reasons = new HashSet<string?>();
        for (int i = 0; i < 20_000; i++)
        {
            string?[] said = [.. new[] { "220-a\r\n220 mail\r\n", "250-b\r\n250 mail\r\n", "221 bye\r\n" }.Select(s => Mutated(s, random))];
            string? reason = Run(whole, int.MaxValue, said);
            Assert.Equal(reason, Run(parts, random.Next(1, 9), said));
            reasons.Add(reason);
        }

        Assert.Contains(null, reasons);
        Assert.InRange(reasons.Count, 20, int.MaxValue);
    }

    [Fact]
    public void A_try_that_is_no_news_allocates_nothing()
    {
        var probe = new SmtpProbe(Check);
        Allocations.None(() =>
        {
            bool isGood = probe.Begin(0) == ProbeStep.Read && probe.Received("220-mail\r\n220 mail\r\n"u8) == ProbeStep.Write && probe.Received("250 mail\r\n"u8) == ProbeStep.Write
                && probe.Received("221 bye\r\n"u8) == ProbeStep.Good;
            probe.End();
            Assert.True(isGood);
        });
    }

    private static string Mutated(string text, Random random)
    {
        char[] chars = text.ToCharArray();
        for (int m = random.Next(3); m > 0; m--) chars[random.Next(chars.Length)] = random.Next(3) == 0 ? (char)random.Next(256) : "\r\n 0259-"[random.Next(8)];
        return new string(chars)[..(random.Next(4) == 0 ? random.Next(chars.Length) : chars.Length)];
    }

    /// <summary>Says each text when it is its turn, in pieces; null: closes.</summary>
    private static string? Run(SmtpProbe probe, int size, params string?[] said)
    {
        ProbeStep step = probe.Begin(0);
        foreach (string? text in said)
        {
            if (step is ProbeStep.Good or ProbeStep.Bad) break;
            step = ProbeStep.Read;
            foreach (byte[] part in Encoding.Latin1.GetBytes(text ?? "").Chunk(size))
            {
                if (step == ProbeStep.Read) step = probe.Received(part);
            }

            if (step == ProbeStep.Read) step = probe.Closed();
        }

        if (step == ProbeStep.Write) step = probe.Closed();
        string? reason = step == ProbeStep.Good ? null : probe.Reason;
        probe.End();
        return reason;
    }
}
