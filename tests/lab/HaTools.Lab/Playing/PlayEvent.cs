using System.Text.Json;
using System.Text.Json.Serialization;
using HaTools.Lab.Clients;

namespace HaTools.Lab.Playing;

/// <summary>
/// Something that happened while a scenario played: what the timeline shows and the tests judge. A scenario that plays in the kernel lab
/// writes them as lines of JSON, which are read on this side as if it had played here.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(ScenarioStarted), "scenario")]
[JsonDerivedType(typeof(MachineBooted), "machine")]
[JsonDerivedType(typeof(StepStarted), "step")]
[JsonDerivedType(typeof(DirectorThinks), "thinks")]
[JsonDerivedType(typeof(AddressMoved), "address")]
[JsonDerivedType(typeof(ClientAsked), "request")]
[JsonDerivedType(typeof(FailoverMeasured), "failover")]
[JsonDerivedType(typeof(ExpectationChecked), "expectation")]
[JsonDerivedType(typeof(Remark), "remark")]
[JsonDerivedType(typeof(ScenarioEnded), "end")]
internal abstract record PlayEvent
{
    /// <summary>Seconds since the scenario began.</summary>
    public double At { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, PlayJson.Default.PlayEvent);

    public static PlayEvent FromJson(string line) =>
        JsonSerializer.Deserialize(line, PlayJson.Default.PlayEvent) ?? throw new LabException($"not an event: {line}");
}

/// <summary>The curtain rises.</summary>
internal sealed record ScenarioStarted(string Name, string Title, string Source, string Cast, string Kernel) : PlayEvent;

/// <summary>A machine came up.</summary>
internal sealed record MachineBooted(string Machine, IReadOnlyList<string> Cards, string Role) : PlayEvent;

/// <summary>A step begins.</summary>
internal sealed record StepStarted(string Id, string Title) : PlayEvent;

/// <summary>A director's own opinion changed: MASTER, BACKUP, FAULT; null: its daemon does not run.</summary>
internal sealed record DirectorThinks(string Machine, string? State) : PlayEvent;

/// <summary>The virtual address came to a machine's card or left it, as its kernel has it.</summary>
internal sealed record AddressMoved(string Machine, string Address, bool Held) : PlayEvent;

/// <summary>A client's request ended.</summary>
internal sealed record ClientAsked(RequestResult Result) : PlayEvent;

/// <summary>A hole in the answers, measured.</summary>
internal sealed record FailoverMeasured(string Title, Gap Gap) : PlayEvent;

/// <summary>An expectation was checked.</summary>
internal sealed record ExpectationChecked(string Step, string Text, bool Met, string? Detail) : PlayEvent;

/// <summary>Something worth reading.</summary>
internal sealed record Remark(string Text) : PlayEvent;

/// <summary>The curtain falls.</summary>
internal sealed record ScenarioEnded(int Met, int Unmet, string? Failure) : PlayEvent;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlayEvent))]
internal sealed partial class PlayJson : JsonSerializerContext;
