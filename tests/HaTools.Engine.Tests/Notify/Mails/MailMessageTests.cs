using System.Text;
using HaTools.Engine.Notify.Mails;

namespace HaTools.Engine.Tests.Notify.Mails;

/// <summary>Mails as they go over the wire.</summary>
public sealed class MailMessageTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 9, 44, 8, TimeSpan.FromHours(-3.5));

    [Fact]
    public void A_mail_has_its_headers_and_its_line()
    {
        var mail = new Mail("[lb1] VRRP Instance VI_1 - Entering MASTER state", "=> VRRP Instance is now owning VRRP VIPs <=", Time, ["ops@example.com", "My admin <me@example.com>"]);
        Assert.Equal(
            $"""
            Date: Sun, 01 Mar 2026 09:44:08 -0330
            From: "The directors" <lb@example.com>
            Subject: [lb1] VRRP Instance VI_1 - Entering MASTER state
            Message-ID: <{mail.Id:N}@lb1.example.com>
            X-Mailer: HaTools
            Auto-Submitted: auto-generated
            To: ops@example.com,
             "My admin" <me@example.com>

            => VRRP Instance is now owning VRRP VIPs <=

            """.ReplaceLineEndings("\r\n"),
            Written(mail, "The directors <lb@example.com>"));
    }

    [Fact]
    public void Whatever_its_names_are_it_has_no_other_headers_and_ends_nowhere_else()
    {
        var mail = new Mail("[a\r\nBcc: me@evil] b\n\nc\u2028\u0085", ".\r\nQUIT\r\n", Time, ["\"a\\\"b\" <me@example.com>"]);
        string[] lines = Written(mail, "root").Split("\r\n");
        Assert.Equal(["Date", "From", "Subject", "Message-ID", "X-Mailer", "Auto-Submitted", "To"], lines.TakeWhile(l => l.Length > 0).Select(l => l.Split(':')[0]));
        Assert.Equal("Subject: [a??Bcc: me@evil] b??c??", lines[2]);
        Assert.Equal("To: \"a\\\\\\\"b\" <me@example.com>", lines[6]);
        Assert.Equal(["..??QUIT??", ""], lines[8..]);
    }

    [Fact]
    public void Other_letters_than_ASCIIs_go_encoded_in_words_that_end_between_letters()
    {
        string name = string.Concat(Enumerable.Repeat("größer€𝄞", 12));
        string text = Written(new Mail(name, "grün", Time, ["Jürgen <j@example.com>"]), "root");
        Assert.All(text.Split("\r\n"), l => Assert.True(l.Length <= 76 && Ascii.IsValid(l), l));
        string[] words = [.. text.Split("\r\n").SkipWhile(l => !l.StartsWith("Subject: ", StringComparison.Ordinal)).Take(8).Select(l => l.Replace("Subject:", "", StringComparison.Ordinal)).TakeWhile(l => l[0] == ' ')];
        Assert.True(words.Length > 2);
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        Assert.Equal(name, string.Concat(words.Select(w => strict.GetString(Convert.FromBase64String(w.Trim()["=?utf-8?B?".Length..^2])))));
        Assert.Contains("\r\nTo: =?utf-8?B?SsO8cmdlbg==?= <j@example.com>\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Convert.ToBase64String("grün\r\n"u8) + "\r\n", text, StringComparison.Ordinal);
    }

    private static string Written(Mail mail, string from) => Encoding.ASCII.GetString(MailMessage.Write(mail, from, "lb1.example.com"));
}
