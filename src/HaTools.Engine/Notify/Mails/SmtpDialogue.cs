using System.Text;
using HaTools.Configuration;
using HaTools.Engine.Checks.Smtp;
using HaTools.Engine.Notify.Deliveries;

namespace HaTools.Engine.Notify.Mails;

/// <summary>
/// What is said to a mail server so that it takes some mails (RFC 5321), pure: what is to be said goes out of <see cref="Output"/>, what it replies comes into <see cref="Received"/>, command by
/// command.
/// </summary>
internal sealed class SmtpDialogue
{
    private const int Ready = 220, StartInput = 354, ShuttingDown = 421;

    private readonly string helo;
    private readonly string from;
    private readonly IReadOnlyList<Mail> mails;
    private readonly Func<Mail, byte[]> write;
    private readonly (DeliveryResult Result, string? Why)[] outcomes;
    private readonly SmtpReply reply = new();
    private readonly List<string> accepted = [];
    private readonly List<string> complaints = [];
    private Stage stage;
    private int current;
    private int recipient;
    private string? trouble;

    /// <param name="helo">This host's name.</param>
    /// <param name="from">The address that the mails are from.</param>
    /// <param name="mails">The mails, one at least.</param>
    /// <param name="write">Writes one, without the line that ends it.</param>
    public SmtpDialogue(string helo, string from, IReadOnlyList<Mail> mails, Func<Mail, byte[]> write)
    {
        (this.helo, this.from, this.mails, this.write) = (helo, from, mails, write);
        outcomes = new (DeliveryResult, string?)[mails.Count];
        Array.Fill(outcomes, (DeliveryResult.Untried, null));
    }

    private enum Stage
    {
        Greeting,
        Helo,
        Mail,
        Recipient,
        Data,
        Text,
        Reset,
        Quit,
        Over,
    }

    /// <summary>What is to be said now; empty: nothing, the server speaks.</summary>
    public ReadOnlyMemory<byte> Output { get; private set; }

    public bool IsOver => stage == Stage.Over;

    /// <summary>What it waits for, for messages.</summary>
    public string Waits => stage switch
    {
        Stage.Greeting => "the greeting",
        Stage.Helo => "the reply to HELO",
        Stage.Mail => "the reply to MAIL",
        Stage.Recipient => "the reply to RCPT",
        Stage.Data => "the reply to DATA",
        Stage.Text => "the reply to the mail",
        Stage.Reset => "the reply to RSET",
        _ => "the reply to QUIT",
    };

    public DeliveryReport Report => new(outcomes, trouble);

    /// <summary>Takes what the server has said.</summary>
    /// <returns>Whether its reply is whole, so that there is something to say, or it is over.</returns>
    public bool Received(ReadOnlySpan<byte> bytes)
    {
        reply.Read(bytes);
        if (reply.Fault is { } fault)
        {
            Break($"{fault} ({Waits})");
            return true;
        }

        if (!reply.IsWhole) return false;
        Heard(reply.Code, reply.Code / 100);
        reply.Reset();
        return true;
    }

    /// <summary>There is no going on with this server now: what has no outcome yet is tried again.</summary>
    public void Break(string why)
    {
        // What was said before QUIT holds without its reply, too.
        if (stage is not (Stage.Quit or Stage.Over)) trouble = why;
        stage = Stage.Over;
        Output = default;
    }

    private void Heard(int code, int kind)
    {
        string said = $"{reply.Text} ({Waits})";
        if (stage == Stage.Quit)
        {
            stage = Stage.Over;
            Output = default;
        }
        else if (code == ShuttingDown || kind is < 2 or > 5 || (kind == 3 && (stage != Stage.Data || code != StartInput)) || (kind == 2 && stage == Stage.Data))
        {
            trouble = said;
            Quit();
        }
        else
        {
            Heard(code, kind, said);
        }
    }

    private void Heard(int code, int kind, string said)
    {
        switch (stage)
        {
            case Stage.Greeting when code == Ready:
                Say(Stage.Helo, $"HELO {helo}");
                break;
            case Stage.Greeting or Stage.Helo when kind == 5:
                Array.Fill(outcomes, (DeliveryResult.Refused, said));
                Quit();
                break;
            case Stage.Helo or Stage.Reset when kind == 2:
                Next();
                break;
            case Stage.Greeting or Stage.Helo or Stage.Reset:
                trouble = said;
                Quit();
                break;
            case Stage.Mail or Stage.Data or Stage.Text when kind >= 4:
                Settle(kind == 5 ? DeliveryResult.Refused : DeliveryResult.Deferred, said);
                Say(Stage.Reset, "RSET");
                break;
            case Stage.Mail:
                (recipient, Output) = (0, default);
                Recipient();
                break;
            case Stage.Recipient:
                Answered(kind, said);
                break;
            case Stage.Data:
                stage = Stage.Text;
                Output = (byte[])[.. write(mails[current]), .. ".\r\n"u8];
                break;
            default:
                _ = mails[current].Pending.RemoveAll(accepted.Contains);
                Settle(mails[current].Pending.Count == 0 ? DeliveryResult.Delivered : DeliveryResult.Deferred, complaints.Count == 0 ? null : string.Join("; ", complaints));
                Next();
                break;
        }
    }

    private void Next()
    {
        accepted.Clear();
        complaints.Clear();
        if (current == mails.Count) Quit();
        else Say(Stage.Mail, $"MAIL FROM:<{from}>");
    }

    private void Recipient() => Say(Stage.Recipient, $"RCPT TO:<{Address(mails[current].Pending[recipient])}>");

    private void Answered(int kind, string said)
    {
        Mail mail = mails[current];
        string to = mail.Pending[recipient];
        if (kind == 2) accepted.Add(to);
        else complaints.Add($"{Address(to)}: {said}");

        // One that is refused for good is not asked for again, whatever becomes of the others.
        if (kind == 5) mail.Pending.RemoveAt(recipient);
        else recipient++;
        if (recipient < mail.Pending.Count)
        {
            Recipient();
        }
        else if (accepted.Count > 0)
        {
            Say(Stage.Data, "DATA");
        }
        else
        {
            Settle(mail.Pending.Count == 0 ? DeliveryResult.Refused : DeliveryResult.Deferred, string.Join("; ", complaints));
            Say(Stage.Reset, "RSET");
        }
    }

    private void Settle(DeliveryResult result, string? why) => outcomes[current++] = (result, why);

    private void Quit() => Say(Stage.Quit, "QUIT");

    private void Say(Stage next, string command)
    {
        stage = next;
        Output = Encoding.ASCII.GetBytes(command + "\r\n");
    }

    private static string Address(string written)
    {
        _ = MailAddresses.TryParse(written, out _, out string address);
        return address;
    }
}
