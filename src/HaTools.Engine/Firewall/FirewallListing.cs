namespace HaTools.Engine.Firewall;

/// <summary>
/// How many rules there are in what we write and in what nft shows. nft writes them in its own words, so that the two cannot be compared; but a table that
/// somebody has deleted or flushed has none.
/// </summary>
internal static class FirewallListing
{
    /// <summary>The rules of a family in a text of <see cref="FirewallRuleset.Text"/>.</summary>
    public static int CountRules(string text, string family)
    {
        bool inside = false;
        int rules = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("table ")) inside = line.StartsWith($"table {family} ");
            else if (inside && line.StartsWith("    ")) rules++;
        }

        return rules;
    }

    /// <summary>The rules of a table that nft shows; -1: there is none.</summary>
    public static int CountRules(string? listing)
    {
        if (listing is null) return -1;
        bool inside = false;
        int rules = 0;
        foreach (ReadOnlySpan<char> line in listing.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("\tchain ")) inside = true;
            else if (line.StartsWith("\t}")) inside = false;
            else if (inside && line.StartsWith("\t\t") && !line[2..].StartsWith("type ")) rules++;
        }

        return rules;
    }
}
