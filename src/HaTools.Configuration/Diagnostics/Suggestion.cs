namespace HaTools.Configuration.Diagnostics;

/// <summary>Finds what somebody may have meant by a word that is not known.</summary>
internal static class Suggestion
{
    private const int LongestWord = 48;

    /// <summary>The closest candidate by edit distance (with neighbours swapped counted as one), or null when none is close.</summary>
    public static string? Closest(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LongestWord) return null;
        string? best = null;
        int bestDistance = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            if (Math.Abs(candidate.Length - word.Length) >= bestDistance || candidate.Length > LongestWord) continue;
            int distance = string.Equals(candidate, word, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(word, candidate);
            if (distance < bestDistance) (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>A sentence to put after a message, with a blank before it; empty when nothing is close.</summary>
    public static string Sentence(string word, IEnumerable<string> candidates) =>
        Closest(word, candidates) is { } closest ? $" Did you mean `{closest}`?" : "";

    private static int Distance(string a, string b)
    {
        Span<int> beforeLast = stackalloc int[b.Length + 1];
        Span<int> last = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int value = Math.Min(Math.Min(current[j - 1] + 1, last[j] + 1), last[j - 1] + cost);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                current[j] = swapped ? Math.Min(value, beforeLast[j - 2] + 1) : value;
            }
            Span<int> spare = beforeLast;
            beforeLast = last;
            last = current;
            current = spare;
        }
        return last[b.Length];
    }
}
