using System.Collections.Frozen;
using System.Globalization;
using HaTools.Engine.Threading;
using HaTools.Linux;

namespace HaTools.Engine.Names;

/// <summary>
/// Keeps what names have: asks name servers when the answers run out, on a thread of its own, and tells when there are others. In the network namespace of the thread that makes it.
/// </summary>
internal sealed partial class NameKeeper : IDisposable
{
    /// <summary>How many questions are on their way at once.</summary>
    private const int MostAtOnce = 64;

    /// <summary>How many notes are told at once: each answer may bring new ones for each of its records.</summary>
    private const int MostNotes = 16;

    public static readonly IReadOnlyDictionary<NameQuestion, NameAnswer> NoAnswers = FrozenDictionary<NameQuestion, NameAnswer>.Empty;

    private const string Warning = "Warning", Changed = "NameChanged";

    private readonly INameSink sink;
    private readonly string memoryPath;
    private readonly string hostFile;
    private readonly WorkThread thread = new("hatools-names");
    private readonly byte[] input = new byte[65536];
    private readonly Dictionary<NameQuestion, HostedName> names = [];
    private readonly Queue<HostedName> waiting = new();
    private readonly HashSet<string> notes = [];
    private volatile IReadOnlyDictionary<NameQuestion, NameAnswer> answers = NoAnswers;
    private volatile IReadOnlySet<NameQuestion> known = FrozenSet<NameQuestion>.Empty;
    private HaConfiguration configuration = HaConfiguration.Empty;
    private ILookup<NameQuestion, int> families = Array.Empty<(NameQuestion, int)>().ToLookup(q => q.Item1, q => q.Item2);
    private Dictionary<NameQuestion, NameAnswer> remembered = [];

    /// <summary>What was known before a configuration was gone over to that may yet be refused: should its names come back their name servers may be silent. Empty: it is in force.</summary>
    private Dictionary<NameQuestion, NameAnswer> former = [];
    private NameMemory? memory;
    private string? complaint;
    private int onTheirWay;
    private bool publishes;

    /// <param name="sink">Hears of it.</param>
    /// <param name="memoryPath">The file that remembers answers for a successor.</param>
    /// <param name="hostFile">Where the host's name servers stand.</param>
    public NameKeeper(INameSink sink, string memoryPath, string hostFile = NameServers.HostFile) => (this.sink, this.memoryPath, this.hostFile) = (sink, memoryPath, hostFile);

    /// <summary>Ends when the thread ends; faulted when it could not go on.</summary>
    public Task Completion => thread.Completion;

    /// <summary>What is in force; from any thread.</summary>
    public IReadOnlyDictionary<NameQuestion, NameAnswer> Answers => answers;

    /// <summary>What has been asked for with an end, good or bad, or is remembered; from any thread.</summary>
    public IReadOnlySet<NameQuestion> Known => known;

    /// <summary>
    /// Goes over to other names. What is known of those that stay is kept, of the others until <see cref="SetInForceAsync"/>, and what a predecessor knew is in force at once.
    /// </summary>
    public Task ConfigureAsync(HaConfiguration wanted) => thread.RunAsync(() =>
    {
        if (memory is null)
        {
            memory = NameMemory.Load(memoryPath, text => sink.OnName(Warning, null, text, null));
            remembered = memory.ToAnswers();
        }

        bool otherServers = !wanted.Resolver.NameServers.Equals(configuration.Resolver.NameServers);
        configuration = wanted;
        foreach (HostedName name in names.Values)
        {
            if (name.State.Answer is { } answer) former[name.Question] = answer;
        }

        families = wanted.VirtualServers
            .SelectMany(s => s.RealServers.Where(r => r is { HostName: not null, Records: ServerRecords.Srv }).Select(r => (Question: NameQuestion.Of(s, r), Family: s.FamilyOf(r))))
            .Distinct().ToLookup(q => q.Question, q => q.Family);
        if (otherServers) ForgetServers();
        Publish();
        if (!otherServers) return;
        foreach (HostedName name in names.Values) Ask(name);
    });

    /// <summary>The names are those of the configuration that is in force: what is known of others is forgotten.</summary>
    public Task SetInForceAsync() => thread.RunAsync(former.Clear);

    /// <summary>How each name stands, by its question.</summary>
    public Task<IReadOnlyList<HaNameState>> GetStatesAsync() => thread.RunAsync<IReadOnlyList<HaNameState>>(() =>
    {
        DateTimeOffset time = DateTimeOffset.Now;
        long now = MonotonicClock.Now;
        return
        [
            .. names.Values.OrderBy(n => n.Question.Name, StringComparer.Ordinal).ThenBy(n => n.Question.Type).Select(n => new HaNameState
            {
                Name = n.Question.Name,
                RecordType = n.Question.TypeName,
                Answered = n.State.Answer is not null,
                Records = n.State.Answer is { } answer ? [.. answer.Addresses.Select(a => a.ToString()), .. answer.Services.Select(s => s.ToString())] : [],
                NameServer = n.NameServer,
                Since = n.Since,
                NextQuery = n.IsAsked ? null : time + TimeSpan.FromTicks((n.State.Next - now) / TimeSpan.NanosecondsPerTick),
                Trouble = n.Trouble,
            }),
        ];
    });

    public void Dispose()
    {
        thread.Post(() =>
        {
            foreach (HostedName name in names.Values) name.Socket?.Dispose();
            names.Clear();
            waiting.Clear();
        });
        thread.Dispose();
    }

    private void SetNames()
    {
        // What a predecessor remembers of a name may name others.
        HashSet<NameQuestion> wanted;
        do
        {
            Dictionary<NameQuestion, NameAnswer> latest = names.Values.Where(n => n.State.Answer is not null).ToDictionary(n => n.Question, n => n.State.Answer!);
            wanted = NamedServers.QuestionsOf(configuration, latest);
            wanted.UnionWith(NamedServers.QuestionsOf(configuration, answers));
        }
        while (AddNames(wanted));

        foreach (HostedName gone in names.Values.Where(n => !wanted.Contains(n.Question)).ToArray())
        {
            _ = names.Remove(gone.Question);
            gone.IsRemoved = true;
            EndInquiry(gone);
        }

        Pump();
    }

    private bool AddNames(HashSet<NameQuestion> wanted)
    {
        bool added = false;
        foreach (NameQuestion question in wanted)
        {
            if (names.ContainsKey(question)) continue;
            if (!remembered.Remove(question, out NameAnswer? before)) before = former.GetValueOrDefault(question);
            var name = new HostedName(question, before);
            names.Add(question, name);
            Ask(name);
            added = true;
        }

        return added;
    }

    private void PublishSoon()
    {
        if (publishes) return;
        publishes = true;
        thread.Post(() =>
        {
            publishes = false;
            Publish();
        });
    }

    private void Publish()
    {
        IReadOnlyDictionary<NameQuestion, NameAnswer> before = answers;
        IReadOnlySet<NameQuestion> knownBefore = known;
        SetNames();
        Dictionary<NameQuestion, NameAnswer> next = [];
        foreach (HostedName name in names.Values)
        {
            if (InForce(name, before) is { } answer) next.Add(name.Question, answer);
        }

        answers = new Dictionary<NameQuestion, NameAnswer>(next);
        known = names.Values.Where(n => n.IsKnown).Select(n => n.Question).ToHashSet();

        // The targets of what was in force until now are asked for no more.
        SetNames();
        foreach (NameQuestion gone in next.Keys.Where(q => !names.ContainsKey(q)).ToArray()) _ = next.Remove(gone);
        answers = next;
        TellNotes();
        bool isSame = next.Count == before.Count && next.All(n => before.TryGetValue(n.Key, out NameAnswer? was) && was == n.Value);
        if (!isSame) Remember();
        if (!isSame || !known.SetEquals(knownBefore)) sink.OnAnswers();
    }

    /// <summary>
    /// Other SRV records come into force when there is an answer for each of their targets, or none can be had: until then a service would have no servers, or too few.
    /// </summary>
    private NameAnswer? InForce(HostedName name, IReadOnlyDictionary<NameQuestion, NameAnswer> before)
    {
        if (name.State.Answer is not { } latest) return null;
        if (name.Question.Type != NameQuestion.Srv || latest.IsEmpty || !before.TryGetValue(name.Question, out NameAnswer? was) || was == latest || was.IsEmpty) return latest;
        HostedName?[] targets = [.. families[name.Question].SelectMany(f => NamedServers.TargetsOf(latest, f)).Select(names.GetValueOrDefault)];
        return targets.All(t => t?.IsKnown == true) && targets.Any(t => t!.State.Answer is { IsEmpty: false }) ? latest : was;
    }

    private void TellNotes()
    {
        HashSet<string> now = [];
        _ = NamedServers.Expand(configuration, answers, now);
        string[] fresh = [.. now.Where(n => !notes.Contains(n))];
        foreach (string note in fresh.Take(MostNotes)) sink.OnName(Warning, null, note, null);
        if (fresh.Length > MostNotes) sink.OnName(Warning, null, $"and {fresh.Length - MostNotes} more of what names have is left out, or is there already", null);
        notes.Clear();
        notes.UnionWith(now);
    }

    private void Remember()
    {
        try
        {
            memory = memory!.With(answers);
            memory.Save(memoryPath);
            complaint = null;
        }
        catch (HaEngineException e)
        {
            if (complaint is null) sink.OnName(Warning, null, $"What names have: {e.Message}; after a restart their servers are gone until name servers answer", null);
            complaint = e.Message;
        }
    }

    private void Tell(HostedName name, NameWord word, NameResult result)
    {
        string subject = name.Question.Name, type = name.Question.TypeName;
        NameAnswer answer = name.State.Answer ?? NameAnswer.None;
        string kept = name.State.Answer is null ? "it has no servers until one answers" : $"what it had stays in force: {answer}";
        switch (word)
        {
            case NameWord.Changed or NameWord.Recovered when !answer.IsEmpty:
                sink.OnName(Changed, subject, $"{subject} has {answer} ({type}, from {name.NameServer})", "ANSWERED");
                break;
            case NameWord.Emptied or NameWord.Recovered:
                sink.OnName(Changed, subject, $"{subject} has nothing: {name.Trouble} ({type})", "EMPTY");
                break;
            case NameWord.Held:
                string hold = configuration.Resolver.EmptyHold.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
                sink.OnName(Warning, subject, $"{subject} ({type}): {name.Trouble}; {kept}, unless that is said for {hold} s (emptyHold)", null);
                break;
            case NameWord.Failing:
                sink.OnName(Warning, subject, $"{subject} ({type}): {((NameResult.Failed)result).Reason}; {kept}", null);
                break;
        }
    }
}
