using System.Globalization;
using System.Text;
using HaTools.Engine.DnsWire;
using HaTools.Engine.Names;
using HaTools.Engine.Tests.DnsWire;

namespace HaTools.Engine.Tests.Names;

/// <summary>Whatever name servers send: a question ends, what does not answer it changes nothing, and what is read of services is what stands there.</summary>
public sealed class InquiryFuzzTests
{
    private const int NoError = 0, NameError = 3;

    private static readonly NameQuestion[] Questions = [NameQuestion.Addresses("app.example", 4), NameQuestion.Addresses("app.example", 6), new("_http._tcp.example", NameQuestion.Srv)];

    private static readonly NameQuestion Http = Questions[2];

    [Fact]
    public void A_question_ends_whatever_comes_and_only_what_answers_it_counts()
    {
        var seen = new Dictionary<string, int>();
        for (int seed = 0; seed < 6000; seed++)
        {
            var random = new Random(seed);
            int servers = random.Next(1, 4), sent = 0, waited = 0;
            NameQuestion question = Questions[random.Next(Questions.Length)];
            byte[] query = question.ToQuery();
            InquiryStep step = InquiryLogic.Begin(servers, NewId(random));
            while (step.Act != InquiryAct.Done)
            {
                Assert.Null(step.Result);
                InquiryState state = step.State;
                InquiryStep next;
                if (step.Act == InquiryAct.Send) sent++;
                if (random.Next(6) == 0 || waited > 20)
                {
                    waited = 0;
                    next = InquiryLogic.Failed(state, servers, "silence", NewId(random));
                    AssertGoesOn(state, next, servers, seed);
                }
                else
                {
                    byte[] message = Message(random, state, query, question.Type);
                    ushort nextId = NewId(random);
                    next = InquiryLogic.Received(state, servers, query, question.Type, message, nextId);
                    Assert.Equal(next, InquiryLogic.Received(state, servers, query, question.Type, message, nextId));
                    AssertFollows(state, message, query, next, servers, nextId, seed);
                    waited++;
                }

                step = next;
                Assert.True(sent <= InquiryLogic.Rounds * servers * 3, $"seed {seed}: asked {sent} times");
            }

            string outcome = step.Result switch
            {
                NameResult.Found { Answer: var answer } => Found(answer, question.Type, seed),
                NameResult.Empty { Exists: var exists } => $"empty {exists}",
                NameResult.Failed { Reason: var reason } => Failed(reason),
                _ => throw new InvalidOperationException($"seed {seed}: it is over without a result"),
            };
            seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
        }

        // All ends are reached often.
        foreach (string outcome in new[] { "found", "empty True", "empty False", "failed" }) Assert.True(seen.GetValueOrDefault(outcome) > 100, string.Join(", ", seen));
    }

    [Fact]
    public void Services_are_read_as_they_are_written()
    {
        byte[] query = Http.ToQuery();
        var state = new InquiryState(0, InquiryLogic.Rounds - 1, 0);
        (int found, int empty, int malformed) = (0, 0, 0);
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            List<ServiceRecord> wanted = [];
            bool isWhole = true;
            byte[][] records = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Service(random, wanted, ref isWhole))];
            NameResult result = InquiryLogic.Received(state, 1, query, Http.Type, DnsReply.To(query, 0, 0, records), 0).Result!;
            if (!isWhole)
            {
                Assert.Equal(new NameResult.Failed("its answer is malformed"), result);
                malformed++;
            }
            else if (wanted.Count == 0)
            {
                Assert.Equal(new NameResult.Empty(Exists: true, 60), result);
                empty++;
            }
            else
            {
                int lowest = wanted.Min(s => s.Priority);
                ServiceRecord[] expected = [.. wanted.Where(s => s.Priority == lowest).Distinct().OrderBy(s => s.Target, StringComparer.Ordinal).ThenBy(s => s.Port).ThenBy(s => s.Weight)];
                Assert.Equal(expected, Assert.IsType<NameResult.Found>(result).Answer.Services);
                found++;
            }
        }

        Assert.True(found > 1000 && empty > 1000 && malformed > 1000, $"{found} {empty} {malformed}");
    }

    private static ushort NewId(Random random) => (ushort)random.Next(1 << 16);

    /// <summary>One more step of who is asked how, and of nothing else; after the last one it is over.</summary>
    private static void AssertGoesOn(InquiryState before, InquiryStep step, int servers, int seed)
    {
        bool isLast = before.Round + 1 == InquiryLogic.Rounds && before.Server + 1 == servers;
        Assert.True(step.Act == (isLast ? InquiryAct.Done : InquiryAct.Send), $"seed {seed}");
        if (isLast) return;
        (int round, int server) = before.Server + 1 == servers ? (before.Round + 1, 0) : (before.Round, before.Server + 1);
        Assert.Equal(new InquiryState(server, round, step.State.Id), step.State);
    }

    private static void AssertFollows(InquiryState before, byte[] message, byte[] query, InquiryStep step, int servers, ushort nextId, int seed)
    {
        if (!Answers(message, before.Id, query))
        {
            if (before.IsStream) AssertGoesOn(before, step, servers, seed);
            else Assert.Equal(new InquiryStep(before with { PassedOver = before.PassedOver + 1 }, InquiryAct.Wait), step);
            Assert.False(step.Result is NameResult.Found or NameResult.Empty, $"seed {seed}");
            return;
        }

        Assert.NotEqual(InquiryAct.Wait, step.Act);
        if (step.Act == InquiryAct.Send) Assert.Equal(nextId, step.State.Id);
        if (step.Result is NameResult.Found or NameResult.Empty)
        {
            Assert.True((message[3] & 0xF) is NoError or NameError && (message[2] & 0x02) == 0, $"seed {seed}");
            Assert.Equal(before, step.State);
        }
        else if (step.State is { } now && now.Server == before.Server && now.Round == before.Round && step.Act == InquiryAct.Send)
        {
            // The same one is asked once more, by TCP or without the extension, and never back again.
            Assert.True(now.IsStream != before.IsStream ? now.IsStream && now.IsPlain == before.IsPlain : now.IsPlain && !before.IsPlain, $"seed {seed}");
        }
        else
        {
            AssertGoesOn(before, step, servers, seed);
        }
    }

    // As RFC 1035 has it, written down once more.
    private static bool Answers(byte[] message, ushort id, byte[] query)
    {
        if (message.Length < 12 || message[0] != id >> 8 || message[1] != (byte)id || (message[2] & 0xF8) != 0x80) return false;
        int questions = (message[4] << 8) | message[5];
        if (questions == 0) return (message[3] & 0xF) != 0;
        if (questions != 1 || message.Length < query.Length) return false;
        return Encoding.Latin1.GetString(message, 12, query.Length - 12).Equals(Encoding.Latin1.GetString(query, 12, query.Length - 12), StringComparison.OrdinalIgnoreCase);
    }

    private static string Found(NameAnswer answer, int type, int seed)
    {
        Assert.False(answer.IsEmpty, $"seed {seed}");
        Assert.Equal(type == NameQuestion.Srv, answer.Addresses.Count == 0);
        Assert.All(answer.Addresses, a => Assert.Equal(type == NameQuestion.A ? 4 : 16, a.GetAddressBytes().Length));
        Assert.All(answer.Services, s => Assert.Matches("^[!-~]{1,253}$", s.Target));
        return "found";
    }

    private static string Failed(string reason)
    {
        Assert.Matches("^[ -~]{5,160}$", reason);
        return "failed";
    }

    /// <summary>A good answer, an error, a referral, another's answer; whole or with some bytes changed or missing; or noise.</summary>
    private static byte[] Message(Random random, InquiryState state, byte[] query, int type)
    {
        byte[] asked = [(byte)(state.Id >> 8), (byte)state.Id, .. query[2..]];
        byte[] alias = [1, (byte)'b', 0];
        byte[] data = type switch { NameQuestion.A => [192, 0, 2, 1], NameQuestion.Aaaa => new byte[16], _ => [0, 1, 0, 2, 0, 80, .. alias] };
        byte[] reply = random.Next(8) switch
        {
            0 => DnsReply.To(asked, random.Next(16)),
            1 => DnsReply.To(asked, 0, DnsReply.Truncated),
            2 => DnsReply.To(asked, NameError),
            3 => DnsReply.To(asked, 0, 0, DnsReply.Record(DnsReply.SameName, NameQuestion.Cname, alias), DnsReply.Record(alias, type, data)),
            4 => DnsReply.To([.. asked[..^3], (byte)random.Next(64), .. asked[^2..]], 0, 0, DnsReply.Record(DnsReply.SameName, type, data)),
            5 => Noise(random, random.Next(80)),
            6 => DnsReply.To(asked),
            _ => DnsReply.To(asked, 0, 0, DnsReply.Record(DnsReply.SameName, type, data)),
        };
        if (random.Next(2) == 0 || reply.Length == 0) return reply;
        for (int changes = random.Next(1, 4); changes > 0; changes--) reply[random.Next(reply.Length)] = (byte)random.Next(256);
        return random.Next(3) == 0 ? reply[..random.Next(reply.Length)] : reply;
    }

    private static byte[] Noise(Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>A record, and what it says: a target of any labels, which may end with a pointer to the question's name; now and then its data are a byte shorter or longer than that.</summary>
    private static byte[] Service(Random random, List<ServiceRecord> wanted, ref bool isWhole)
    {
        (int priority, int weight, int port) = (random.Next(3), random.Next(1 << 16), random.Next(1 << 16));
        List<byte[]> labels = [.. Enumerable.Range(0, random.Next(5)).Select(_ => Label(random))];
        byte[] data = [0, (byte)priority, (byte)(weight >> 8), (byte)weight, (byte)(port >> 8), (byte)port, .. labels.SelectMany(l => (byte[])[(byte)l.Length, .. l])];
        if (random.Next(4) != 0)
        {
            data = [.. data, 0];
        }
        else
        {
            data = [.. data, .. DnsReply.SameName];
            labels.AddRange(Http.Name.Split('.').Select(Encoding.ASCII.GetBytes));
        }

        int spoilt = random.Next(30);
        if (spoilt == 0) data = data[..^1];
        else if (spoilt == 1) data = [.. data, 0];
        if (spoilt < 2 || labels.Sum(l => 1 + l.Length) + 1 > DnsName.Longest) isWhole = false;
        else if (labels.Count > 0 && labels.All(l => l.All(b => b is > 0x20 and < 0x7F && b != (byte)'.' && b != (byte)'\\')))
            wanted.Add(new ServiceRecord(priority, weight, port, string.Join('.', labels.Select(Encoding.ASCII.GetString)).ToLower(CultureInfo.InvariantCulture)));
        return DnsReply.Record(DnsReply.SameName, NameQuestion.Srv, data);
    }

    private static byte[] Label(Random random)
    {
        const string letters = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_";
        byte[] label = [.. Enumerable.Range(0, random.Next(8) == 0 ? 63 : random.Next(1, 12)).Select(_ => (byte)letters[random.Next(letters.Length)])];
        if (random.Next(4) == 0) label[random.Next(label.Length)] = (byte)random.Next(256);
        return label;
    }
}
