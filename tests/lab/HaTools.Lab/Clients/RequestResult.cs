using System.Text.Json.Serialization;

namespace HaTools.Lab.Clients;

/// <summary>How a request ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestOutcome>))]
internal enum RequestOutcome
{
    /// <summary>With a page.</summary>
    Answered,

    /// <summary>With another HTTP status than 200.</summary>
    BadStatus,

    /// <summary>The connection was refused.</summary>
    Refused,

    /// <summary>Nothing came in time.</summary>
    TimedOut,

    /// <summary>The connection broke.</summary>
    Reset,

    /// <summary>No way there: the client's kernel found no neighbour or route.</summary>
    Unreachable,
}

/// <summary>One request of a client: a TCP connection of its own, one page.</summary>
/// <param name="Sequence">From 0.</param>
/// <param name="Start">When it began, in seconds since the load began.</param>
/// <param name="End">When it ended.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Server">The server that the page names; null without a page.</param>
/// <param name="Via">The proxy that the response's X-Lab-Node names; null when there is none.</param>
/// <param name="Source">The client's address.</param>
internal sealed record RequestResult(int Sequence, double Start, double End, RequestOutcome Outcome, string? Server, string? Via,
    string? Source)
{
    public bool IsAnswered => Outcome == RequestOutcome.Answered;
}

/// <summary>A hole in the answers, as the client met it.</summary>
/// <param name="From">The end of the last answer before it (seconds since the load began).</param>
/// <param name="To">The end of the first answer after it.</param>
/// <param name="Lost">The requests that began in between and got no page.</param>
internal sealed record Gap(double From, double To, int Lost)
{
    public double Seconds => To - From;
}
