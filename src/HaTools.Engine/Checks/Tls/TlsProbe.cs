using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HaTools.Engine.Checks.Tls;

/// <summary>
/// Says what another probe says over TLS. The stream that does it reads and writes a <see cref="TlsPipe"/>, so that its tasks go on in the calls that bring bytes, on their thread, and are looked
/// at when they have returned: nothing is awaited. A try takes memory of the collector's, unlike other probes': a TLS connection of .NET's is made anew for each.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "End gives back what a try has taken; between two of them there is nothing.")]
internal sealed class TlsProbe : Probe
{
    /// <summary>How many bytes a server may send in a try beyond the content of its records: keys, certificates, tickets, padding.</summary>
    public const int MostOverhead = 4 << 20;

    private const int PlainLength = 4096;

    // RFC 8446 section 5.1: change_cipher_spec, alert, handshake, application_data; RFC 6520: heartbeat.
    private const byte FirstRecordType = 20, LastRecordType = 24;

    private readonly HttpsCheck check;
    private readonly Probe inner;
    private readonly TlsCredentials credentials;
    private readonly TlsName[] names;
    private readonly TlsPipe pipe = new();
    private readonly string?[] warnings;
    private readonly RemoteCertificateValidationCallback judge;
    private string? warning;
    private int part;
    private SslStream? stream;
    private Task? handshake;
    private Task<int>? reading;
    private byte[]? plain;
    private string? fault;
    private bool isEstablished;
    private bool hasAnswered;
    private long overhead;

    /// <param name="check">The check.</param>
    /// <param name="inner">What is said; each of its parts is one of the check's URLs.</param>
    /// <param name="server">What is connected to.</param>
    /// <param name="credentials">What is shown and trusted.</param>
    public TlsProbe(HttpsCheck check, Probe inner, IPEndPoint server, TlsCredentials credentials)
    {
        (this.check, this.inner, this.credentials) = (check, inner, credentials);
        names = [.. check.Urls.Select(u => TlsName.Of(check, u, server))];
        warnings = new string?[names.Length];
        judge = Judge;
    }

    public override ReadOnlySpan<byte> Output => pipe.Output;

    public override ReadOnlySpan<byte> Farewell => pipe.Output;

    public override string Reason => fault is null ? inner.Reason : $"{fault} ({Question})";

    public override string? Warning => warning;

    public override string Question => isEstablished ? inner.Question : $"TLS handshake{(names[part].Told is { Length: > 0 } name ? $" for {name}" : "")}";

    public override ProbeStep Begin(int part)
    {
        this.part = part;
        (fault, isEstablished, hasAnswered, overhead) = (null, false, false, 0);
        pipe.Reset();
        return GoOn();
    }

    public override ProbeStep Received(ReadOnlySpan<byte> bytes)
    {
        pipe.Sent();
        if (!hasAnswered && bytes[0] is < FirstRecordType or > LastRecordType)
        {
            fault = "it does not answer in TLS";
            return ProbeStep.Bad;
        }

        hasAnswered = true;
        overhead += bytes.Length;
        pipe.Feed(bytes);
        ProbeStep step = GoOn();
        pipe.Digest();
        if (overhead <= MostOverhead || step is ProbeStep.Good or ProbeStep.Bad) return step;
        fault = "it sends TLS records without content, and no end of them";
        return ProbeStep.Bad;
    }

    public override ProbeStep Closed()
    {
        pipe.Sent();
        pipe.End();
        return GoOn();
    }

    public override void End()
    {
        // What waits for bytes ends without them, and what it fails with then says nothing.
        if (pipe.IsWaiting) pipe.End();
        _ = handshake?.Exception;
        _ = reading?.Exception;
        (handshake, reading) = (null, null);
        stream?.Dispose();
        stream = null;
        pipe.Reset();
        inner.End();
        if (plain is null) return;
        ArrayPool<byte>.Shared.Return(plain);
        plain = null;
    }

    /// <summary>Goes on as far as it goes without waiting. Whatever a server makes .NET and OpenSSL throw says that it is bad.</summary>
    private ProbeStep GoOn()
    {
        try
        {
            if (isEstablished) return Follow(ProbeStep.Read);
            handshake ??= Shake();
            if (!handshake.IsCompleted) return Wait();
            handshake.GetAwaiter().GetResult();
            isEstablished = true;
            plain = ArrayPool<byte>.Shared.Rent(PlainLength);
            return Follow(inner.Begin(part));
        }
        catch (Exception e)
        {
            fault ??= Words(e);
            return ProbeStep.Bad;
        }
    }

    private Task Shake()
    {
        stream = new SslStream(pipe, leaveInnerStreamOpen: true);
        return stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = names[part].Told,
            ClientCertificateContext = credentials.Own,
            RemoteCertificateValidationCallback = judge,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = CertificateJudge.Policy(check.VerifyCertificate, credentials.Authorities),
            AllowRenegotiation = false,

            // Each try is a new client, whom the server shows its certificate.
            AllowTlsResume = false,
        });
    }

    /// <summary>Does what the inner probe wants, until that is bytes that are not there, or its verdict.</summary>
    private ProbeStep Follow(ProbeStep step)
    {
        while (true)
        {
            switch (step)
            {
                case ProbeStep.Write:
                    stream!.Write(inner.Output);
                    step = ProbeStep.Read;
                    break;
                case ProbeStep.Read:
                    if (!TryRead(out int count)) return Wait();
                    overhead -= count;
                    step = count > 0 ? inner.Received(plain.AsSpan(0, count)) : Ended();
                    break;
                default:
                    if (check.TlsCompliant || check.Urls[part].TlsCompliant) SayGoodbye();
                    return step;
            }
        }
    }

    private bool TryRead(out int count)
    {
        count = 0;
        if (reading is null)
        {
            ValueTask<int> read = stream!.ReadAsync(plain.AsMemory(0, PlainLength));
            if (read.IsCompletedSuccessfully)
            {
                // As a rule: there is more in a record than is taken at once.
                count = read.Result;
                return true;
            }

            reading = read.AsTask();
        }

        if (!reading.IsCompleted) return false;
        Task<int> done = reading;
        reading = null;
        count = done.GetAwaiter().GetResult();
        return true;
    }

    private ProbeStep Wait() => pipe.Output.IsEmpty ? ProbeStep.Read : ProbeStep.Write;

    /// <summary>The server will say no more: by close_notify, or else by the end of the connection.</summary>
    private ProbeStep Ended()
    {
        if (!check.RequireCloseNotify || !pipe.HasEnded) return inner.Closed();
        fault = "it closed the connection without close_notify, and somebody may have cut its response";
        return ProbeStep.Bad;
    }

    // What it writes is there at once, and becomes the farewell.
    private void SayGoodbye() => stream!.ShutdownAsync().GetAwaiter().GetResult();

    private bool Judge(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate || chain is null)
        {
            if (check.VerifyCertificate || check.VerifyHost) fault = "it shows no certificate";
        }
        else
        {
            DateTime now = DateTime.UtcNow;
            if (check.VerifyCertificate) fault = CertificateJudge.Distrust(certificate, chain, now);
            if (check.VerifyHost && !certificate.MatchesHostname(names[part].Verified)) fault ??= $"its certificate ({CertificateJudge.Name(certificate)}) is not for {names[part].Verified}";
            if (check.ExpiryWarningDays is { } days) Warn(CertificateJudge.Ending(certificate, days, now));
        }

        return fault is null;
    }

    // Of each URL, since each may have a certificate of its own.
    private void Warn(string? ending)
    {
        if (warnings[part] == ending) return;
        warnings[part] = ending;
        string[] all = [.. warnings.OfType<string>().Distinct()];
        warning = all.Length == 0 ? null : string.Join("; ", all);
    }

    private string Words(Exception e)
    {
        if (pipe.HasEnded) return isEstablished ? "it closed the connection within a TLS record" : "it closed the connection before the end of the handshake";
        while (e.InnerException is { } cause) e = cause;

        // OpenSSL: error:0A000410:SSL routines::ssl/tls alert handshake failure
        string message = e.Message[(e.Message.LastIndexOf("::", StringComparison.Ordinal) is var at and >= 0 ? at + 2 : 0)..].TrimEnd('.');
        return $"{(isEstablished ? "TLS with it broke" : "no TLS with it")}: {Printable.Of(message)}";
    }
}
