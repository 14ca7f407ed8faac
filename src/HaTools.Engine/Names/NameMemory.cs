using System.Net;
using System.Text.Json.Serialization;
using HaTools.Engine.HostState;

namespace HaTools.Engine.Names;

/// <summary>What names had, remembered in a file (<c>NODE.names.json</c>): the successor of an engine keeps their servers while its name servers are silent.</summary>
internal sealed record NameMemory : RememberedState
{
    /// <summary>The names.</summary>
    public List<RememberedName> Names { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsEmpty => Names.Count == 0;

    /// <inheritdoc cref="StateFile.Load"/>
    public static NameMemory Load(string path, Action<string> tell) =>
        StateFile.Load(path, static () => NameMemoryJson.Default.NameMemory, static (boot, ns) => new NameMemory { Boot = boot, Namespace = ns }, tell);

    /// <inheritdoc cref="StateFile.Save"/>
    public void Save(string path) => StateFile.Save(path, NameMemoryJson.Default.NameMemory, this);

    public Dictionary<NameQuestion, NameAnswer> ToAnswers()
    {
        Dictionary<NameQuestion, NameAnswer> known = [];
        foreach (RememberedName name in Names)
        {
            if (NameQuestion.TryParse(name.Question, out NameQuestion question)) known[question] = name.ToAnswer();
        }

        return known;
    }

    /// <summary>One that remembers this and nothing else. That a name has nothing is not remembered: it is asked for anyway.</summary>
    public NameMemory With(IReadOnlyDictionary<NameQuestion, NameAnswer> answers) => this with
    {
        Names = [.. answers.Where(a => !a.Value.IsEmpty).Select(a => RememberedName.Of(a.Key, a.Value)).OrderBy(n => n.Question, StringComparer.Ordinal)],
    };
}

/// <summary>A name that is remembered.</summary>
internal sealed record RememberedName
{
    /// <summary>As <see cref="NameQuestion.ToString"/> writes it.</summary>
    public string Question { get; init; } = "";

    /// <summary>Its addresses.</summary>
    public List<string> Addresses { get; init; } = [];

    /// <summary>Its SRV records.</summary>
    public List<ServiceRecord> Services { get; init; } = [];

    public static RememberedName Of(NameQuestion question, NameAnswer answer) =>
        new() { Question = question.ToString(), Addresses = [.. answer.Addresses.Select(a => a.ToString())], Services = [.. answer.Services] };

    public NameAnswer ToAnswer() => new(
        NameAnswer.Of(Addresses.Select(a => IPAddress.TryParse(a, out IPAddress? address) ? address : null).OfType<IPAddress>()).Addresses, NameAnswer.Of(Services).Services);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NameMemory))]
internal sealed partial class NameMemoryJson : JsonSerializerContext;
