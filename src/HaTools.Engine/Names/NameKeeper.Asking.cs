using System.Globalization;
using System.Net;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Names;

// How names are asked for: some at once, the others in the order of coming.
internal sealed partial class NameKeeper
{
    private const long Second = 1_000_000_000;

    /// <summary>How long what the host's file said is taken as it was.</summary>
    private const long FileIsFresh = 5 * Second;

    /// <summary>How long the first reading of it is waited for.</summary>
    private const long FilePatience = 3 * Second;

    private IReadOnlyList<IPEndPoint> servers = [];
    private long serversUntil;
    private bool readsFile;

    private void ForgetServers() => (servers, serversUntil) = (NameServers.Of(configuration.Resolver), 0);

    private void Ask(HostedName name)
    {
        if (name.IsAsked || name.IsRemoved) return;
        name.IsAsked = true;
        name.Timer++;
        waiting.Enqueue(name);
        Pump();
    }

    private void Pump()
    {
        while (waiting.Count > 0 && onTheirWay < MostAtOnce && HasServers())
        {
            HostedName name = waiting.Dequeue();
            if (name.IsRemoved) continue;
            name.IsOnItsWay = true;
            name.Servers = servers;
            onTheirWay++;
            _ = Follow(name, InquiryLogic.Begin(servers.Count, NewId()));
        }
    }

    private bool HasServers()
    {
        if (configuration.Resolver.NameServers.Count > 0) return servers.Count > 0;
        if (MonotonicClock.Now >= serversUntil) ReadHostFile();
        return servers.Count > 0;
    }

    // It may stand on a file server; meanwhile what was read last holds.
    private void ReadHostFile()
    {
        if (readsFile) return;
        readsFile = true;
        try
        {
            Errand.Begin(thread, "resolv-conf", () => ReadText(hostFile), text =>
            {
                readsFile = false;
                TakeHostFile(text);
            });
        }
        catch (OutOfMemoryException)
        {
            // There can be no thread now; this goes on with what is known, and the next reading is tried soon.
            readsFile = false;
            TakeHostFile(null);
        }

        thread.At(MonotonicClock.Now + FilePatience, () =>
        {
            if (readsFile && servers.Count == 0) TakeHostFile("");
        });
    }

    private void TakeHostFile(string? text)
    {
        if (configuration.Resolver.NameServers.Count > 0) return;
        serversUntil = MonotonicClock.Now + FileIsFresh;
        if (text is not null || servers.Count == 0) servers = NameServers.Parse(text ?? "");
        thread.Post(Pump);
    }

    // Null: as it was.
    private static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Does what a step says; whether more is waited for from the same server.</summary>
    private bool Follow(HostedName name, InquiryStep step)
    {
        name.Inquiry = step.State;
        switch (step.Act)
        {
            case InquiryAct.Send:
                Send(name);
                return false;
            case InquiryAct.Done:
                Finish(name, step.Result!);
                return false;
            default:
                return true;
        }
    }

    private void Send(HostedName name)
    {
        name.Socket?.Dispose();
        name.Socket = null;
        InquiryState inquiry = name.Inquiry;
        int timer = ++name.Timer;
        TimeSpan patience = configuration.Resolver.Timeout;
        try
        {
            name.Socket = new InquirySocket(
                thread, input, name.Servers[inquiry.Server], inquiry.IsStream, InquiryLogic.QueryOf(inquiry, name.Query),
                bytes => Follow(name, InquiryLogic.Received(name.Inquiry, name.Servers.Count, name.Query, name.Question.Type, bytes, NewId())),
                fault => Fail(name, fault));
        }
        catch (IOException e)
        {
            // Not at once: it may be so for all of them.
            thread.Post(() =>
            {
                if (name.Timer == timer) Fail(name, e.Message);
            });
            return;
        }

        thread.At(MonotonicClock.Now + (patience.Ticks * TimeSpan.NanosecondsPerTick), () =>
        {
            if (name.Timer == timer) Fail(name, string.Create(CultureInfo.InvariantCulture, $"it does not answer within {patience.TotalSeconds:0.###} s"));
        });
    }

    private void Fail(HostedName name, string fault) => _ = Follow(name, InquiryLogic.Failed(name.Inquiry, name.Servers.Count, fault, NewId()));

    private void Finish(HostedName name, NameResult result)
    {
        string? server = name.Servers.Count == 0 ? null : name.Servers[name.Inquiry.Server].ToString();
        if (result is NameResult.Failed failed && server is not null) result = new NameResult.Failed($"{server}: {failed.Reason}");
        EndInquiry(name);
        NameState before = name.State;
        bool wasKnown = name.IsKnown;
        NameStep step = NameLogic.Step(before, result, configuration.Resolver, MonotonicClock.Now);
        name.State = step.State;
        name.Trouble = result switch
        {
            NameResult.Failed { Reason: var reason } => reason,
            NameResult.Empty empty => $"{server} says that {(empty.Exists ? "it has no such records" : "there is no such name")}",
            _ => null,
        };
        if (result is NameResult.Found || step.Word == NameWord.Emptied) name.NameServer = server;
        Tell(name, step.Word, result);
        int timer = ++name.Timer;
        thread.At(step.State.Next, () =>
        {
            if (name.Timer == timer) Ask(name);
        });
        if (step.State.Answer != before.Answer || !wasKnown) PublishSoon();
        Pump();
    }

    private void EndInquiry(HostedName name)
    {
        name.Timer++;
        name.Socket?.Dispose();
        name.Socket = null;
        if (name.IsOnItsWay) onTheirWay--;
        (name.IsAsked, name.IsOnItsWay) = (false, false);
    }

    private static ushort NewId() => (ushort)System.Security.Cryptography.RandomNumberGenerator.GetInt32(1 << 16);
}
