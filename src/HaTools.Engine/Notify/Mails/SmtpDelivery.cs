using System.Net;
using System.Net.Sockets;
using HaTools.Configuration;
using HaTools.Engine.Notify.Deliveries;

namespace HaTools.Engine.Notify.Mails;

/// <summary>Hands some mails to the mail server, over one connection. The connection and each reply have the time-out, however many bytes they come in.</summary>
internal sealed class SmtpDelivery(SmtpAlerts settings, IReadOnlyList<Mail> mails) : Delivery
{
    private static readonly OwnHostName OwnName = new(name => Dns.GetHostEntry(name).HostName);

    private readonly CancellationTokenSource aborted = new();
    private readonly byte[] buffer = new byte[1024];

    private string Server => $"mail server {(settings.Server.Contains(':', StringComparison.Ordinal) ? $"[{settings.Server}]" : settings.Server)}:{settings.Port}";

    public override DeliveryReport Run()
    {
        string host = OwnName.Find(Environment.MachineName), from = settings.From ?? $"{Environment.UserName}@{host}";
        _ = MailAddresses.TryParse(from, out _, out string sender);
        var dialogue = new SmtpDialogue(settings.HeloName ?? host, sender, mails, m => MailMessage.Write(m, from, host));
        bool isConnected = false;
        try
        {
            using Socket socket = Connect();
            isConnected = true;
            while (!dialogue.IsOver) Exchange(socket, dialogue);
        }
        catch (SocketException e)
        {
            dialogue.Break(isConnected ? $"{e.Message} ({dialogue.Waits})" : e.Message);
        }
        catch (OperationCanceledException)
        {
            dialogue.Break(aborted.IsCancellationRequested ? "it was given up" : $"no answer within {Durations.Format(settings.Timeout)} ({dialogue.Waits})");
        }

        DeliveryReport report = dialogue.Report;
        return new DeliveryReport([.. report.Outcomes.Select(o => (o.Result, o.Why is null ? null : $"{Server}: {o.Why}"))], report.Trouble is null ? null : $"{Server}: {report.Trouble}");
    }

    public override void Abort() => aborted.Cancel();

    public override void Dispose() => aborted.Dispose();

    private Socket Connect()
    {
        using CancellationTokenSource patience = Patience();
        return Outgoing.Connect(settings.Server, settings.Port, settings.Timeout, patience.Token);
    }

    private void Exchange(Socket socket, SmtpDialogue dialogue)
    {
        using CancellationTokenSource patience = Patience();
        for (ReadOnlyMemory<byte> left = dialogue.Output; !left.IsEmpty;)
            left = left[socket.SendAsync(left, SocketFlags.None, patience.Token).AsTask().GetAwaiter().GetResult()..];
        int count;
        do
        {
            count = socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token).AsTask().GetAwaiter().GetResult();
            if (count == 0) dialogue.Break($"it closed the connection ({dialogue.Waits})");
        }
        while (count > 0 && !dialogue.Received(buffer.AsSpan(0, count)));
    }

    private CancellationTokenSource Patience()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted.Token);
        patience.CancelAfter(settings.Timeout);
        return patience;
    }
}
