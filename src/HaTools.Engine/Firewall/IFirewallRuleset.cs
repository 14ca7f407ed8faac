namespace HaTools.Engine.Firewall;

/// <summary>The rules of a table of the node's own (<see cref="FirewallTable"/>).</summary>
internal interface IFirewallRuleset
{
    /// <summary>The name of the table, of IPv4 and of IPv6.</summary>
    string Table { get; }

    /// <summary>The families that have rules: <c>ip</c>, <c>ip6</c>.</summary>
    IEnumerable<string> Families { get; }

    /// <summary>What tells our tables from others' of the same name.</summary>
    string Mark { get; }

    /// <summary>Whether a host without nftables does without it.</summary>
    bool IsGuardAlone { get; }

    /// <summary>The interfaces that rules send packets out of.</summary>
    IEnumerable<string> Parents { get; }

    /// <summary>The text that makes the tables, in place of those that are there.</summary>
    /// <param name="place">What of the host the rules speak of.</param>
    /// <param name="canDuplicate">Whether the kernel can send a report out of another interface (nf_dup); else reports are only dropped.</param>
    string Text(FirewallPlace place, bool canDuplicate);
}
