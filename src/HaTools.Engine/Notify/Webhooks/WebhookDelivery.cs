using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaTools.Configuration;
using HaTools.Engine.Checks.Http;
using HaTools.Engine.Checks.Tls;
using HaTools.Engine.Notify.Deliveries;

namespace HaTools.Engine.Notify.Webhooks;

/// <summary>Posts some events, one after another, each over a connection of its own. What does not go for now holds up all that follow, so that they come in order.</summary>
internal sealed class WebhookDelivery(WebhookPlan plan, IReadOnlyList<byte[]> events) : Delivery
{
    private const int RequestTimeout = 408, TooEarly = 425, TooManyRequests = 429;

    private readonly CancellationTokenSource aborted = new();
    private readonly byte[] buffer = new byte[4096];
    private string? distrust;
    private bool isShakingHands;
    private TimeSpan? asked;

    private string Name => $"webhook {plan.Configured.Name}";

    public override DeliveryReport Run()
    {
        var outcomes = new (DeliveryResult, string?)[events.Count];
        Array.Fill(outcomes, (DeliveryResult.Untried, null));
        for (int i = 0; i < events.Count; i++)
        {
            (int status, string? fault) = Post(events[i]);
            if (fault is null && status / 100 == 2) outcomes[i] = (DeliveryResult.Delivered, null);
            else if (fault is not null || status >= 500 || status is RequestTimeout or TooEarly or TooManyRequests) return new DeliveryReport(outcomes, $"{Name}: {fault ?? Answer(status)}", asked);
            else outcomes[i] = (DeliveryResult.Refused, $"{Name}: {Answer(status)}: an event is given up");
        }

        return new DeliveryReport(outcomes, null);
    }

    public override void Abort() => aborted.Cancel();

    public override void Dispose() => aborted.Dispose();

    private string Where => isShakingHands ? " (TLS handshake)" : "";

    private static string Answer(int status) => string.Create(CultureInfo.InvariantCulture, $"it answers {status}");

    private (int Status, string? Fault) Post(byte[] content)
    {
        (asked, isShakingHands) = (null, false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted.Token);
        patience.CancelAfter(plan.Configured.Timeout);
        try
        {
            using Socket socket = Outgoing.Connect(plan.Url.DnsSafeHost, plan.Url.Port, plan.Configured.Timeout, patience.Token);
            using var network = new NetworkStream(socket);
            using Stream stream = WebhookPlan.IsSecure(plan.Configured) ? Secure(network, patience.Token) : network;
            stream.WriteAsync((byte[])[.. Head(content.Length), .. content], patience.Token).AsTask().GetAwaiter().GetResult();
            return Read(stream, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return (0, aborted.IsCancellationRequested ? "it was given up" : $"no answer within {Durations.Format(plan.Configured.Timeout)}{Where}");
        }
        catch (Exception e)
        {
            // Whatever a server makes .NET and OpenSSL throw says that it cannot be told anything now.
            while (e.InnerException is { } cause) e = cause;
            return (0, distrust ?? Printable.Of(e.Message.TrimEnd('.')) + Where);
        }
    }

    private SslStream Secure(NetworkStream network, CancellationToken patience)
    {
        (distrust, isShakingHands) = (null, true);
        var stream = new SslStream(network);
        try
        {
            stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = plan.Url.DnsSafeHost,
                    RemoteCertificateValidationCallback = (_, shown, chain, _) => Judge(shown, chain),
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    CertificateChainPolicy = CertificateJudge.Policy(plan.Configured.VerifyCertificate, plan.Authorities),
                    AllowRenegotiation = false,
                },
                patience).GetAwaiter().GetResult();
            isShakingHands = false;
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private bool Judge(X509Certificate? shown, X509Chain? chain)
    {
        if (!plan.Configured.VerifyCertificate) return true;
        if (shown is not X509Certificate2 certificate || chain is null) distrust = "it shows no certificate";
        else if (CertificateJudge.Distrust(certificate, chain, DateTime.UtcNow) is { } why) distrust = why;
        else if (!certificate.MatchesHostname(plan.Url.DnsSafeHost)) distrust = $"its certificate ({CertificateJudge.Name(certificate)}) is not for {plan.Url.DnsSafeHost}";
        return distrust is null;
    }

    private byte[] Head(int length)
    {
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"POST {plan.Url.PathAndQuery} HTTP/1.1\r\nHost: {plan.Url.Authority}\r\n");
        _ = text.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n");
        if (!plan.Configured.Headers.Any(h => h.Name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))) _ = text.Append("User-Agent: HaTools\r\n");
        foreach (WebhookHeader header in plan.Configured.Headers) _ = text.Append(CultureInfo.InvariantCulture, $"{header.Name}: {header.Value}\r\n");
        return Encoding.ASCII.GetBytes(text.Append("\r\n").ToString());
    }

    // What it says behind the status code says nothing more.
    private (int Status, string? Fault) Read(Stream stream, CancellationToken patience)
    {
        var answer = new StatusOnly();
        var response = new HttpResponse(answer);
        response.Reset();
        while (!response.IsDone && response.Fault is null)
        {
            int count = stream.ReadAsync(buffer, patience).AsTask().GetAwaiter().GetResult();
            if (count == 0) response.Close();
            else response.Read(buffer.AsSpan(0, count));
        }

        // Who asks for more than a day gets the longest pause that there is all the same.
        asked = response.RetryAfter is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, 86400)) : null;
        return (answer.Status, response.Fault);
    }

    private sealed class StatusOnly : IHttpBody
    {
        public int Status { get; private set; }

        public bool Head(int status)
        {
            Status = status;
            return false;
        }

        public void Part(ReadOnlySpan<byte> bytes)
        {
        }
    }
}
