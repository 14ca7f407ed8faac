namespace HaTools.Lab.Clients;

/// <summary>Which server answered which question, in the order in which they were asked.</summary>
/// <param name="Answers">The client's address, and the server's name; null: no answer.</param>
internal sealed record TrafficTally(IReadOnlyList<(string Client, string? Server)> Answers)
{
    public static TrafficTally Of(IEnumerable<Call> calls) => new([.. calls.Select(c => (c.Client?.Address.ToString() ?? "", c.Server))]);

    public static TrafficTally Of(IEnumerable<Download> downloads) =>
        new([.. downloads.Select(d => (d.Client?.Address.ToString() ?? "", d.Server))]);

    /// <summary>The servers in order; null: no answer.</summary>
    public IReadOnlyList<string?> Servers => [.. Answers.Select(a => a.Server)];

    /// <summary>How many had no answer.</summary>
    public int Unanswered => Answers.Count(a => a.Server is null);

    /// <summary>How many a server answered.</summary>
    public int this[string server] => Answers.Count(a => a.Server == server);

    /// <summary>The clients that were answered by more than one server.</summary>
    public IReadOnlyList<string> Wanderers =>
        [.. Answers.Where(a => a.Server is not null).GroupBy(a => a.Client).Where(g => g.Select(a => a.Server).Distinct().Count() > 1).Select(g => g.Key)];

    /// <summary>As <c>8 rs1, 4 rs2, 1 unanswered</c>.</summary>
    public override string ToString() => string.Join(", ", Answers.GroupBy(a => a.Server ?? "unanswered")
        .OrderBy(g => g.Key == "unanswered").ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}"));
}
