namespace HaTools.Netlink.Ipvs.Save;

/// <summary>The flags of schedulers by the names that sh and mh have for theirs (man ipvsadm(8), sched-flags), and the general ones.</summary>
internal static class SaveSchedulerFlags
{
    private const IpvsServiceFlags Every = IpvsServiceFlags.Scheduler1 | IpvsServiceFlags.Scheduler2 | IpvsServiceFlags.Scheduler3;

    private static readonly (string Name, string? Scheduler, IpvsServiceFlags Flag)[] Names =
    [
        ("sh-fallback", "sh", IpvsServiceFlags.Scheduler1),
        ("sh-port", "sh", IpvsServiceFlags.Scheduler2),
        ("mh-fallback", "mh", IpvsServiceFlags.Scheduler1),
        ("mh-port", "mh", IpvsServiceFlags.Scheduler2),
        ("flag-1", null, IpvsServiceFlags.Scheduler1),
        ("flag-2", null, IpvsServiceFlags.Scheduler2),
        ("flag-3", null, IpvsServiceFlags.Scheduler3),
    ];

    public static bool Any(IpvsServiceFlags flags) => (flags & Every) != 0;

    /// <summary>
    /// The names with commas between them. ipvsadm has no word for the third flag of sh and mh, though it reads <c>flag-3</c>.
    /// </summary>
    public static string Write(string scheduler, IpvsServiceFlags flags, bool whole)
    {
        bool hasOwn = scheduler is "sh" or "mh";
        return string.Join(',', Names
            .Where(n => (flags & n.Flag) != 0 && (n.Scheduler == (hasOwn ? scheduler : null) || (whole && n.Flag == IpvsServiceFlags.Scheduler3)))
            .Select(n => n.Name));
    }

    /// <summary>Reads them; ipvsadm keeps 127 bytes of the list.</summary>
    public static IpvsServiceFlags Read(SaveWord list, string scheduler, SaveErrors errors)
    {
        const int Longest = 127;
        if (list.Length > Longest) errors.Add(list, $"a list of flags has at most {Longest} characters");
        if (list.Length > Longest || list.Length == 0) return IpvsServiceFlags.None;
        IpvsServiceFlags flags = IpvsServiceFlags.None;
        bool any = false;
        foreach (Range range in list.Span.Split(','))
        {
            (int offset, int length) = range.GetOffsetAndLength(list.Length);
            if (length == 0) continue;
            any = true;
            SaveWord word = list.Part(offset, length);
            (string? name, string? owner, IpvsServiceFlags flag) = Array.Find(Names, n => word.Span.SequenceEqual(n.Name));
            if (name is null) errors.Add(word, $"there is no such flag of schedulers: {string.Join(", ", Names.Select(n => n.Name))}");
            else if (owner is not null && owner != scheduler) errors.Add(word, $"this flag is of the scheduler {owner}, and the service's is {scheduler}");
            flags |= flag;
        }

        if (!any) errors.Add(list, "there is no flag in this list");
        return flags;
    }
}
