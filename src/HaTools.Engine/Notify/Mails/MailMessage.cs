using System.Globalization;
using System.Text;
using HaTools.Configuration;

namespace HaTools.Engine.Notify.Mails;

/// <summary>Writes a mail as it goes over the wire (RFC 5322), pure. Whatever stands in it, it has these headers and no others.</summary>
internal static class MailMessage
{
    // RFC 2047 section 2: a line with an encoded word has 76 characters at most; 12 of the word are not its text, and the header's name may stand before it.
    private const int BytesInEncodedWord = 36;

    // RFC 2045 section 6.8.
    private const int Base64Line = 76;

    /// <param name="mail">The mail.</param>
    /// <param name="from">Who it is from, as that is written.</param>
    /// <param name="host">This host's name.</param>
    /// <returns>The lines, without the one that ends them.</returns>
    public static byte[] Write(Mail mail, string from, string host)
    {
        var text = new StringBuilder();
        _ = text.Append("Date: ").Append(Date(mail.Time)).Append("\r\n");
        _ = text.Append("From: ").Append(Person(from)).Append("\r\n");
        _ = text.Append("Subject: ").Append(Text(mail.Subject)).Append("\r\n");
        _ = text.Append("Message-ID: <").Append(mail.Id.ToString("N")).Append('@').Append(host).Append(">\r\n");
        _ = text.Append("X-Mailer: HaTools\r\nAuto-Submitted: auto-generated\r\n");
        _ = text.Append("To: ").AppendJoin(",\r\n ", mail.To.Select(Person)).Append("\r\n");
        string body = Clean(mail.Body);
        if (Ascii.IsValid(body))
        {
            _ = text.Append("\r\n").Append(body.StartsWith('.') ? "." : "").Append(body).Append("\r\n");
        }
        else
        {
            _ = text.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
            foreach (char[] line in Convert.ToBase64String(Encoding.UTF8.GetBytes(body + "\r\n")).Chunk(Base64Line)) _ = text.Append(line).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static string Date(DateTimeOffset time) =>
        time.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    private static string Person(string written)
    {
        _ = MailAddresses.TryParse(written, out string name, out string address);
        if (name.Length == 0) return address;
        string shown = !Ascii.IsValid(name) ? Text(name) : $"\"{Clean(name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        return $"{shown} <{address}>";
    }

    // Text of a header: what is not ASCII goes in encoded words, which end between characters.
    private static string Text(string text)
    {
        text = Clean(text);
        if (Ascii.IsValid(text)) return text;
        List<string> words = [];
        var word = new List<byte>();
        Span<byte> bytes = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            int length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > BytesInEncodedWord) Take();
            word.AddRange(bytes[..length]);
        }

        Take();
        return string.Join("\r\n ", words);

        void Take()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }

    private static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c));
}
