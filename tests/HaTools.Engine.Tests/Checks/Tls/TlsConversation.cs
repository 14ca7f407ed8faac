using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HaTools.Engine.Checks;
using HaTools.Engine.Checks.Http;
using HaTools.Engine.Checks.Tls;

namespace HaTools.Engine.Tests.Checks.Tls;

/// <summary>A probe and a server of .NET's in one thread, without sockets: what each says is handed to the other, whole, in pieces or spoilt.</summary>
internal sealed class TlsConversation : IDisposable
{
    private static readonly IPEndPoint Place = IPEndPoint.Parse("192.0.2.1:443");

    private readonly TlsPipe pipe = new();
    private readonly byte[] heard = new byte[4096];
    private SslStream? server;
    private Task? handshake;
    private Task<int>? reading;
    private bool isOver;
    private string request = "";

    public TlsConversation(HttpsCheck check, TlsCredentials? credentials = null) =>
        Probe = new TlsProbe(check, new HttpProbe(check, Place), Place, credentials ?? TlsCredentials.None);

    public TlsProbe Probe { get; }

    /// <summary>What the server shows.</summary>
    public required SslStreamCertificateContext Shown { get; set; }

    /// <summary>What it answers, over and over without a break where it is not to end.</summary>
    public string Response { get; init; } = "HTTP/1.0 200 OK\r\n\r\nhello";

    /// <summary>Whether it ends its side of TLS before it closes the connection.</summary>
    public bool SaysGoodbye { get; init; } = true;

    public SslProtocols Protocols { get; init; }

    public bool WantsCertificate { get; init; }

    /// <summary>How many bytes at a time the probe hears.</summary>
    public int Piece { get; init; } = 16384;

    /// <summary>What becomes of the server's bytes on their way; the number says how many were before.</summary>
    public Func<byte[], long, byte[]>? Spoil { get; init; }

    /// <summary>The name that the probe told.</summary>
    public string? Told { get; private set; }

    /// <summary>The certificate that the probe showed.</summary>
    public string? ShownByProbe { get; private set; }

    /// <summary>What of the request the server understood.</summary>
    public string Request => request;

    /// <summary>Whether the probe ended its side of TLS.</summary>
    public bool HeardGoodbye { get; private set; }

    /// <summary>Plays a try to its end.</summary>
    /// <returns>Why the server is bad; null: it is good.</returns>
    public string? Play(int part = 0)
    {
        // What xunit sets would take continuations to its own threads; the thread of checks has none either.
        SynchronizationContext? own = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            pipe.Reset();
            (server, handshake, reading, isOver, request, HeardGoodbye) = (new SslStream(pipe, leaveInnerStreamOpen: true), null, null, false, "", false);
            ProbeStep step = Talk(part);
            string? reason = step == ProbeStep.Good ? null : Probe.Reason;
            if (!Probe.Farewell.IsEmpty) Hear(Probe.Farewell);
            Probe.End();
            return reason;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(own);
        }
    }

    public void Dispose() => server?.Dispose();

    private ProbeStep Talk(int part)
    {
        long said = 0;
        byte[] answer = [];
        int at = 0;
        ProbeStep step = Probe.Begin(part);
        while (true)
        {
            if (step == ProbeStep.Write) Hear(Probe.Output);
            else if (step != ProbeStep.Read) return step;
            if (at == answer.Length)
            {
                (answer, at) = (pipe.Output.ToArray(), 0);
                pipe.Sent();
                if (answer.Length == 0 && !isOver && Spoil is null) Assert.Fail("Both wait for the other.");
                if (Spoil is not null && answer.Length > 0) answer = Spoil(answer, said);
                if (answer.Length == 0) return Probe.Closed();
                said += answer.Length;
            }

            int count = Math.Min(Piece, answer.Length - at);
            step = Probe.Received(answer.AsSpan(at, count));
            at += count;
        }
    }

    private void Hear(ReadOnlySpan<byte> bytes)
    {
        pipe.Feed(bytes);
        try
        {
            Serve();
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // The probe, or who spoils, has broken it.
            isOver = true;
        }

        pipe.Digest();
    }

    private void Serve()
    {
        handshake ??= server!.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificateSelectionCallback = null,
            ServerCertificateContext = Shown,
            EnabledSslProtocols = Protocols,
            ClientCertificateRequired = WantsCertificate,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                ShownByProbe = certificate?.Subject;
                return !WantsCertificate || certificate is not null;
            },
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        });
        if (!handshake.IsCompleted) return;
        handshake.GetAwaiter().GetResult();
        Told = server!.TargetHostName;
        while (true)
        {
            reading ??= server.ReadAsync(heard).AsTask();
            if (!reading.IsCompleted) return;
            int count = reading.GetAwaiter().GetResult();
            reading = null;
            if (count == 0)
            {
                HeardGoodbye = !pipe.HasEnded;
                return;
            }

            request += System.Text.Encoding.Latin1.GetString(heard, 0, count);
            if (isOver || !request.EndsWith("\r\n\r\n", StringComparison.Ordinal)) continue;
            server.Write(System.Text.Encoding.Latin1.GetBytes(Response));
            if (SaysGoodbye) server.ShutdownAsync().GetAwaiter().GetResult();
            isOver = true;
        }
    }
}
