using System.Text;
using HaTools.Engine.Notify.Deliveries;
using HaTools.Engine.Notify.Mails;

namespace HaTools.Engine.Tests.Notify.Mails;

/// <summary>What is said to a mail server, without a socket.</summary>
public sealed class SmtpDialogueTests
{
    private static readonly string[] Good = ["220 mail", "250 mail", "250 ok", "250 ok", "250 ok", "354 go", "250 queued", "221 bye"];

    [Fact]
    public void A_server_that_takes_everything_hears_it_in_order()
    {
        SmtpDialogue dialogue = Dialogue(out Mail mail);
        Assert.Equal(
            ["", "HELO lb1", "MAIL FROM:<lb@example.com>", "RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", "Subject: s||text|.", "QUIT"],
            Play(dialogue, int.MaxValue, Good));
        Assert.Equal([(DeliveryResult.Delivered, null)], dialogue.Report.Outcomes);
        Assert.Null(dialogue.Report.Trouble);
        Assert.Empty(mail.Pending);
    }

    [Fact]
    public void Two_mails_go_over_one_connection()
    {
        SmtpDialogue dialogue = Dialogue(out _, mails: 2);
        string[] said = Play(dialogue, 1, [.. Good[..7], "250 ok", "250 ok", "250 ok", "354 go", "250-first\r\n250 second", "221 bye"]);
        Assert.Equal("MAIL FROM:<lb@example.com>", said[7]);
        Assert.Equal("QUIT", said[^1]);
        Assert.Equal([(DeliveryResult.Delivered, null), (DeliveryResult.Delivered, null)], dialogue.Report.Outcomes);
    }

    // What there is at each reply; of two mails the first is concerned, and the second goes on where it can.
    [Theory]
    [InlineData(0, "554 no", "Refused Refused", null)]
    [InlineData(0, "450 later", "Untried Untried", "450 later (the greeting)")]
    [InlineData(0, "250 what", "Untried Untried", "250 what (the greeting)")]
    [InlineData(0, "SSH-2.0", "Untried Untried", "it does not speak SMTP (the greeting)")]
    [InlineData(1, "550 who", "Refused Refused", null)]
    [InlineData(1, "421 bye", "Untried Untried", "421 bye (the reply to HELO)")]
    [InlineData(2, "553 not you", "Refused Delivered", null)]
    [InlineData(2, "452 full", "Deferred Delivered", null)]
    [InlineData(2, "421 bye", "Untried Untried", "421 bye (the reply to MAIL)")]
    [InlineData(3, "550 nobody", "Delivered Delivered", null)]
    [InlineData(3, "450 greylisted", "Deferred Delivered", null)]
    [InlineData(3, "251 elsewhere", "Delivered Delivered", null)]
    [InlineData(3, "354 go", "Untried Untried", "354 go (the reply to RCPT)")]
    [InlineData(5, "554 no", "Refused Delivered", null)]
    [InlineData(5, "451 not now", "Deferred Delivered", null)]
    [InlineData(5, "250 what", "Untried Untried", "250 what (the reply to DATA)")]
    [InlineData(6, "552 too much", "Refused Delivered", null)]
    [InlineData(6, "451 not now", "Deferred Delivered", null)]
    [InlineData(6, "250-a\r\n251 b", "Untried Untried", "its reply has two codes (the reply to the mail)")]
    public void Each_refusal_has_its_outcome(int at, string reply, string outcomes, string? trouble)
    {
        SmtpDialogue dialogue = Dialogue(out _, mails: 2);
        _ = Converse(dialogue, 3, (turn, said) =>
        {
            if (turn == at) return reply;
            if (said == "RSET") return "250 reset";
            return said switch
            {
                "" => Good[0],
                "DATA" => "354 go",
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
        });
        Assert.Equal(outcomes, string.Join(' ', dialogue.Report.Outcomes.Select(o => o.Result)));
        Assert.Equal(trouble, dialogue.Report.Trouble);
    }

    [Fact]
    public void One_recipient_that_is_refused_costs_the_others_nothing_and_is_not_asked_for_again()
    {
        SmtpDialogue dialogue = Dialogue(out Mail mail);
        string[] said = Play(dialogue, 5, ["220 m", "250 m", "250 ok", "550 no such user", "250 ok", "354 go", "250 queued", "221 bye"]);
        Assert.Equal("DATA", said[5]);
        Assert.Equal([(DeliveryResult.Delivered, "a@example.com: 550 no such user (the reply to RCPT)")], dialogue.Report.Outcomes);

        dialogue = Dialogue(out mail);
        _ = Play(dialogue, 5, ["220 m", "250 m", "250 ok", "450 later", "250 ok", "354 go", "250 queued", "221 bye"]);
        Assert.Equal(DeliveryResult.Deferred, dialogue.Report.Outcomes[0].Result);
        Assert.Equal(["a@example.com"], mail.Pending);

        dialogue = Dialogue(out mail);
        said = Play(dialogue, 5, ["220 m", "250 m", "250 ok", "550 no", "450 later", "250 reset", "221 bye"]);
        Assert.Equal(["RSET", "QUIT"], said[5..]);
        Assert.Equal((DeliveryResult.Deferred, "B <b@example.com>"), (dialogue.Report.Outcomes[0].Result, Assert.Single(mail.Pending)));

        dialogue = Dialogue(out mail);
        _ = Play(dialogue, 5, ["220 m", "250 m", "250 ok", "550 no", "550 no", "250 reset", "221 bye"]);
        Assert.Equal(DeliveryResult.Refused, dialogue.Report.Outcomes[0].Result);
    }

    [Fact]
    public void A_mail_that_was_taken_is_so_whatever_comes_of_QUIT()
    {
        SmtpDialogue dialogue = Dialogue(out _);
        _ = Play(dialogue, int.MaxValue, Good[..7]);
        dialogue.Break("it closed the connection");
        Assert.Equal((DeliveryResult.Delivered, null), (dialogue.Report.Outcomes[0].Result, dialogue.Report.Trouble));
    }

    [Fact]
    public void What_a_server_says_at_random_is_understood_the_same_wherever_it_is_cut_ends_and_throws_nothing()
    {
        var seen = new HashSet<string>();
        for (int round = 0; round < 3000; round++)
        {
            SmtpDialogue whole = Dialogue(out _, mails: 2), parts = Dialogue(out _, mails: 2);
            Assert.Equal(Raw(whole, int.MaxValue, new Random(round)), Raw(parts, 1 + (round % 8), new Random(round)));
            Assert.Equal(Outcomes(whole), Outcomes(parts));
            _ = seen.Add(Outcomes(whole).Split('|')[0]);
        }

        Assert.Contains("Delivered Delivered", seen);
        Assert.Contains("Untried Untried", seen);
        Assert.True(seen.Count > 8, string.Join(", ", seen));
    }

    private static string Outcomes(SmtpDialogue dialogue) => $"{string.Join(' ', dialogue.Report.Outcomes.Select(o => o.Result))}|{dialogue.Report.Trouble}";

    // What a good server says to this, most of the time.
    private static byte[] Reply(Random random, string said)
    {
        string good = said switch { "" => "220 mail", "DATA\r\n" => "354 go", "QUIT\r\n" => "221 bye", _ => "250-ok\r\n250 ok" };
        string[] bad = ["450 later", "550 never", "421 bye", "251 elsewhere", "199 what", "\0", "250-a\r\n550 b"];
        byte[] bytes = Encoding.ASCII.GetBytes((random.Next(8) == 0 ? bad[random.Next(bad.Length)] : good) + "\r\n");
        if (random.Next(12) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    // Ends when it is over, or when a reply is not whole and the server hangs up.
    private static int Raw(SmtpDialogue dialogue, int cut, Random random)
    {
        int turns = 0;
        for (bool heard = true; heard && !dialogue.IsOver; turns++)
        {
            byte[] reply = Reply(random, Encoding.ASCII.GetString(dialogue.Output.Span));
            heard = false;
            foreach (byte[] part in reply.Chunk(Math.Min(cut, reply.Length))) heard = heard || dialogue.Received(part);
            Assert.True(turns < 100);
        }

        dialogue.Break("it closed the connection");
        Assert.True(dialogue.IsOver);
        return turns;
    }

    private static SmtpDialogue Dialogue(out Mail mail, int mails = 1)
    {
        Mail[] all = [.. Enumerable.Range(0, mails).Select(_ => new Mail("s", "text", DateTimeOffset.UnixEpoch, ["a@example.com", "B <b@example.com>"]))];
        mail = all[0];
        return new SmtpDialogue("lb1", "lb@example.com", all, m => Encoding.ASCII.GetBytes($"Subject: {m.Subject}\r\n\r\n{m.Body}\r\n"));
    }

    private static string[] Play(SmtpDialogue dialogue, int cut, string[] replies) => Converse(dialogue, cut, (turn, _) => turn < replies.Length ? replies[turn] : null);

    // What was said before each reply, line ends as |.
    private static string[] Converse(SmtpDialogue dialogue, int cut, Func<int, string, string?> reply)
    {
        List<string> said = [];
        for (int turn = 0; !dialogue.IsOver; turn++)
        {
            string now = Encoding.ASCII.GetString(dialogue.Output.Span);
            Assert.True(turn == 0 || now.EndsWith("\r\n", StringComparison.Ordinal));
            said.Add(now.Length == 0 ? "" : now[..^2].Replace("\r\n", "|", StringComparison.Ordinal));
            if (reply(turn, said[^1]) is not { } answer) break;
            byte[] bytes = Encoding.ASCII.GetBytes(answer + "\r\n");
            bool heard = false;
            foreach (byte[] part in bytes.Chunk(Math.Min(cut, bytes.Length)))
            {
                if (!heard) heard = dialogue.Received(part);
            }

            Assert.True(heard);
        }

        return [.. said];
    }
}
