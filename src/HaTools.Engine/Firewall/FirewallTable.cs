namespace HaTools.Engine.Firewall;

/// <summary>
/// A table of nftables of the node's own in the kernel: loaded whole, replaced whole, watched, and taken away. All calls come from one thread, which gives the
/// network namespace.
/// </summary>
/// <param name="node">The node's name.</param>
/// <param name="made">The names of the tables that we, or a predecessor, have made.</param>
/// <param name="save">Saves them.</param>
/// <param name="warn">Hears what is not as it should be, or was not and is again.</param>
/// <param name="nft">The program.</param>
internal sealed class FirewallTable(string node, ICollection<string> made, Action save, Action<string> warn, INft nft)
{
    private static readonly string[] Families = ["ip", "ip6"];

    private readonly Dictionary<string, string?> shown = [];
    private IFirewallRuleset? loaded;
    private string loadedText = "";
    private string loadedPlace = "";
    private bool canDuplicate = true;
    private string? told;

    /// <summary>The table that is kept; null: none.</summary>
    public string? Name => loaded?.Table;

    /// <summary>Whether it may not be as it should: it could not be repaired, or somebody had changed it before it was read back.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>What the rules cannot do on this kernel; null: nothing.</summary>
    public string? Note => canDuplicate
        ? null
        : "the kernel cannot send packets out of another interface (nf_dup_ipv4, nf_dup_ipv6): multicast memberships of virtual MAC interfaces are not reported at all";

    /// <summary>Makes rules the ones in force; null: none, and no table.</summary>
    /// <exception cref="HaEngineException">nft is missing or refused them, or a table of the name is somebody else's.</exception>
    public void Apply(IFirewallRuleset? rules, FirewallPlace place)
    {
        if (rules is not null) LoadOrDoWithout(rules, place);
        else (loaded, loadedText) = (null, "");
        foreach (string table in made.Where(t => t != rules?.Table).ToArray()) Delete(table);
    }

    /// <summary>Looks whether the table is as it was loaded, and loads it again where it is not. What cannot be repaired is told once.</summary>
    public void Repair(FirewallPlace place)
    {
        if (loaded is not { } rules) return;
        bool wasInDoubt = IsInDoubt;
        IsInDoubt = true;
        try
        {
            bool isWhole = !wasInDoubt && Families.All(f => shown.GetValueOrDefault(f) == nft.List(f, rules.Table));
            if (isWhole && Describe(rules, place) == loadedPlace && rules.Text(place, canDuplicate) == loadedText)
            {
                IsInDoubt = false;
                return;
            }

            loadedText = "";
            Load(rules, place);
            if (!isWhole) warn($"The firewall table {rules.Table} had been changed or flushed, and is as it was again");
            told = null;
        }
        catch (HaEngineException e)
        {
            // The next look tries again.
            TellOnce(e.Message);
        }
    }

    private void LoadOrDoWithout(IFirewallRuleset rules, FirewallPlace place)
    {
        try
        {
            Load(rules, place);
        }
        catch (HaEngineException e) when (rules.IsGuardAlone)
        {
            (loaded, loadedText) = (null, "");
            TellOnce($"While it is backup this host forwards what a switch floods to a virtual MAC address, where forwarding is on: {e.Message}");
        }
    }

    private void TellOnce(string message)
    {
        if (told != message) warn(message);
        told = message;
    }

    private void Load(IFirewallRuleset rules, FirewallPlace place)
    {
        string text = rules.Text(place, canDuplicate);
        string where = Describe(rules, place);
        if (loaded?.Table == rules.Table && text == loadedText && where == loadedPlace) return;
        if (loaded?.Table != rules.Table) RefuseOthers(rules);
        if (!made.Contains(rules.Table))
        {
            made.Add(rules.Table);
            save();
        }

        string deletion = FirewallRuleset.DeletionText(rules.Table, Families);
        try
        {
            nft.Load(deletion + text);
        }
        catch (HaEngineException) when (canDuplicate && text.Contains(" dup to ", StringComparison.Ordinal))
        {
            // Without the one thing that kernels are built without; what else is wrong is refused again.
            text = rules.Text(place, canDuplicate: false);
            nft.Load(deletion + text);
            canDuplicate = false;
            warn(Note!);
        }

        (loaded, loadedText, loadedPlace) = (rules, text, where);
        foreach (string family in Families) shown[family] = nft.List(family, rules.Table);

        // What is read back is what the next look compares with: not if somebody was there in between.
        IsInDoubt = !rules.Families.All(f => FirewallListing.Count(shown[f]) == FirewallListing.Count(text, f));
    }

    /// <summary>A table of the name that is not ours would be deleted with the loading.</summary>
    private void RefuseOthers(IFirewallRuleset rules)
    {
        foreach (string family in Families)
        {
            if (nft.List(family, rules.Table) is not { } present || present.Contains($"comment \"{rules.Mark}\"", StringComparison.Ordinal)) continue;
            throw new HaEngineException(
                $"the nftables table {family} {rules.Table} exists and this node has not made it: give the node's table another name (`nftables NAME`), or if "
                + $"nobody uses it, `nft delete table {family} {rules.Table}`");
        }
    }

    private void Delete(string table)
    {
        string[] ours = [.. Families.Where(f =>
            nft.List(f, table)?.Contains($"comment \"{FirewallRuleset.MarkOf(node)}\"", StringComparison.Ordinal) == true)];
        if (ours.Length > 0) nft.Load(FirewallRuleset.DeletionText(table, ours));
        _ = made.Remove(table);
    }

    // Rules hold the indexes of interfaces: one that was made anew has another.
    private static string Describe(IFirewallRuleset rules, FirewallPlace place) =>
        string.Join(' ', rules.Parents.Select(p => $"{p}={place.Interfaces.GetValueOrDefault(p)}"));
}
