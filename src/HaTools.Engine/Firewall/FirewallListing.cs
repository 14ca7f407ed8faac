namespace HaTools.Engine.Firewall;

/// <summary>
/// How many rules and elements of maps there are in what we write and in what nft shows. nft writes them in its own words, so that the two cannot be compared;
/// but a table that somebody has deleted or flushed has none, and one that lost an element has fewer.
/// </summary>
internal static class FirewallListing
{
    // Between an element's key and its value, and once in the type of its map.
    private const string Arrow = " : ";

    /// <summary>The rules and elements of a family in a text of <see cref="IFirewallRuleset.Text"/>.</summary>
    public static int Count(string text, string family)
    {
        bool inside = false;
        int found = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("table ")) inside = line.StartsWith($"table {family} ");
            else if (inside && line.StartsWith("  map ")) found += line.Count(Arrow);
            else if (inside && line.StartsWith("    ")) found++;
        }

        return found;
    }

    /// <summary>The rules and elements of a table that nft shows; -1: there is none.</summary>
    public static int Count(string? listing)
    {
        if (listing is null) return -1;
        bool inChain = false, inMap = false;
        int found = 0;
        foreach (ReadOnlySpan<char> line in listing.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("\tchain ")) inChain = true;
            else if (line.StartsWith("\tmap ")) inMap = true;
            else if (line.StartsWith("\t}")) inChain = inMap = false;
            else if (inMap) found += line.Count(Arrow);
            else if (inChain && line.StartsWith("\t\t") && !line[2..].StartsWith("type ")) found++;
        }

        return found;
    }
}
