using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HaTools.Engine.Tests.Checks.Http;

namespace HaTools.Engine.Tests.Notify.Mails;

/// <summary>A mail server that takes everything, or replies what it is told to.</summary>
internal sealed class TestMailServer : IDisposable
{
    /// <summary>At the end of a reply: the connection is reset there.</summary>
    public const string Reset = "\0";

    private readonly TestServer server;
    private readonly Func<string, string?> reply;

    /// <param name="reply">What it replies to a line (empty: the connection; a dot: the end of a mail); null: as a good server does; empty: nothing, ever.</param>
    public TestMailServer(Func<string, string?>? reply = null)
    {
        this.reply = reply ?? (_ => null);
        server = new TestServer(ServeAsync);
    }

    public IPEndPoint EndPoint => server.EndPoint;

    /// <summary>All lines that were said to it, those of mails apart.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>The mails, as they came.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    /// <summary>Of each mail its subject and its line.</summary>
    public string[] Told => [.. Mails.Select(m => m.Split("\r\n")).Select(l => $"{l.First(s => s.StartsWith("Subject: ", StringComparison.Ordinal))["Subject: ".Length..]}: {l[^2]}")];

    public int Connections { get; private set; }

    public void Dispose() => server.Dispose();

    private async Task ServeAsync(Socket call)
    {
        Connections++;
        using var stream = new NetworkStream(call, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        if (!await SayAsync(stream, reply("") ?? "220 test")) return;
        while (await reader.ReadLineAsync() is { } line)
        {
            Commands.Enqueue(line);
            string answer = reply(line) ?? (line == "DATA" ? "354 go" : line == "QUIT" ? "221 bye" : "250 ok");
            if (!await SayAsync(stream, answer)) return;
            if (line == "QUIT") return;
            if (!answer.StartsWith("354", StringComparison.Ordinal)) continue;
            var mail = new StringBuilder();
            while (await reader.ReadLineAsync() is { } text && text != ".") mail.Append(text).Append("\r\n");
            string taken = reply(".") ?? "250 queued";
            if (taken.StartsWith("250", StringComparison.Ordinal)) Mails.Enqueue(mail.ToString());
            if (!await SayAsync(stream, taken)) return;
        }
    }

    private static async Task<bool> SayAsync(NetworkStream stream, string text)
    {
        if (text.EndsWith(Reset, StringComparison.Ordinal))
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text[..^1]));

            // Not the stream, which would say goodbye first.
            stream.Socket.LingerState = new LingerOption(true, 0);
            stream.Socket.Dispose();
            return false;
        }

        // One that says nothing waits until the other hangs up.
        if (text.Length > 0) await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"));
        else _ = await stream.ReadAsync(new byte[1]);
        return text.Length > 0;
    }
}
