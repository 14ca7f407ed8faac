using System.Text;

namespace HaTools.Engine.Checks.Smtp;

/// <summary>Greets a mail server and says good-bye, as <c>SMTP_CHECK</c> does (RFC 5321 section 4.1.1).</summary>
internal sealed class SmtpProbe(SmtpCheck check) : Probe
{
    private const int Ready = 220, Completed = 250;

    private static readonly byte[] Quit = "QUIT\r\n"u8.ToArray();

    private readonly byte[] helo = Encoding.ASCII.GetBytes($"HELO {check.HeloName}\r\n");
    private readonly SmtpReply reply = new();
    private Stage stage;
    private string? fault;

    private enum Stage
    {
        Greeting,
        Helo,
        Quit,
    }

    public override ReadOnlySpan<byte> Output => stage == Stage.Quit ? Quit : helo;

    public override string Reason => $"{fault ?? reply.Fault ?? (stage == Stage.Greeting ? $"it greets with {reply.Text}" : $"it answers {reply.Text}")} ({Question})";

    public override string Question => stage switch
    {
        Stage.Greeting => "its greeting",
        Stage.Helo => $"HELO {check.HeloName}",
        _ => "QUIT",
    };

    public override ProbeStep Begin(int part)
    {
        (stage, fault) = (Stage.Greeting, null);
        reply.Reset();
        return ProbeStep.Read;
    }

    public override ProbeStep Received(ReadOnlySpan<byte> bytes)
    {
        reply.Read(bytes);
        if (reply.Fault is not null) return ProbeStep.Bad;
        if (!reply.IsWhole) return ProbeStep.Read;
        switch (stage)
        {
            case Stage.Greeting when reply.Code == Ready:
                return Say(Stage.Helo);
            case Stage.Helo when reply.Code == Completed:
                return Say(Stage.Quit);
            default:
                return stage == Stage.Quit ? ProbeStep.Good : ProbeStep.Bad;
        }
    }

    public override ProbeStep Closed()
    {
        fault = reply.HasBegun ? "it closed the connection before its reply was whole" : "it closed the connection without a reply";
        return ProbeStep.Bad;
    }

    public override void End()
    {
    }

    private ProbeStep Say(Stage next)
    {
        stage = next;
        reply.Reset();
        return ProbeStep.Write;
    }
}
