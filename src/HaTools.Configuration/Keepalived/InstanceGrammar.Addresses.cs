namespace HaTools.Configuration.Keepalived;

/// <summary>Virtual addresses.</summary>
internal static partial class InstanceGrammar
{
    // RFC 9568 section 5.2.5: the count is one byte.
    private const int MostAdvertised = 255;

    private static Keyword<InstanceDraft>[] Addresses =>
    [
        // More than one of these blocks add up.
        new() { Name = "virtual_ipaddress", HasBlock = true, Repeatable = true, Read = ReadAddresses },
        new()
        {
            Name = "virtual_ipaddress_excluded", HasBlock = true, Repeatable = true,
            Read = (r, s, d) => AddressLines.Read(r, s.Block!, d.Excluded),
        },
        new() { Name = "no_virtual_ipaddress", Read = (_, s, d) => d.NoAddress = s.Keyword },
        new() { Name = "promote_secondaries", Read = (_, _, d) => d.PromoteSecondaries = true },
        new() { Name = "accept", Read = (_, s, d) => d.Accept = new ConfSwitch(true, s.Keyword) },
        new() { Name = "no_accept", Read = (_, s, d) => d.Accept = new ConfSwitch(false, s.Keyword) },
    ];

    private static VrrpInstance WithAddresses(InstanceBuild build, VrrpInstance instance)
    {
        InstanceDraft draft = build.Draft;
        if (draft.Addresses.Count > MostAdvertised)
        {
            build.Reading.Warning("TooManyAddresses", draft.Addresses[MostAdvertised].Word,
                $"An advert lists up to {MostAdvertised} addresses: from here on they follow mastership without being advertised, as for keepalived.");
            draft.Excluded.AddRange(draft.Addresses[MostAdvertised..]);
            draft.Addresses.RemoveRange(MostAdvertised, draft.Addresses.Count - MostAdvertised);
        }
        if (build.IsStrict && draft.NoAddress is { } none) Strict(build, none, "there is no `no_virtual_ipaddress`");
        NoteAddresses(build, "virtualAddresses", draft.Addresses);
        NoteAddresses(build, "excludedAddresses", draft.Excluded);
        return instance with
        {
            VirtualAddresses = draft.Addresses.Select(a => a.Address).ToValueList(),
            ExcludedAddresses = draft.Excluded.Select(a => a.Address).ToValueList(),
            NoVirtualAddress = draft.NoAddress is not null && !build.IsStrict,
            PromoteSecondaries = draft.PromoteSecondaries,
            Accept = Accept(build, instance),
        };
    }

    private static bool Accept(InstanceBuild build, VrrpInstance instance)
    {
        bool isOwner = instance.Priority == 255;
        if (build.Draft.Accept is not { } given) return isOwner || !build.IsStrict;
        if (!given.On || isOwner || !build.IsStrict || instance.Version == 3) return given.On;
        Strict(build, given.Word, "VRRP version 2 has no accept mode (RFC 3768)");
        return false;
    }

    private static void ReadAddresses(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        int known = draft.Addresses.Count;
        AddressLines.Read(reading, statement.Block!, draft.Addresses);
        for (int i = known; i < draft.Addresses.Count;)
        {
            AddressLine line = draft.Addresses[i];
            if (draft.TakeFamily(reading, line.Word, Networks.FamilyOf(line.Address.Address))) i++;
            else draft.Addresses.RemoveAt(i);
        }
    }

    private static void NoteAddresses(InstanceBuild build, string list, List<AddressLine> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            NetworkGrammar.NoteAddress(build.Positions, build.Path.Element(list, i), lines[i]);
        }
    }
}

/// <summary>Virtual addresses.</summary>
internal sealed partial class InstanceDraft
{
    public List<AddressLine> Addresses { get; } = [];

    public List<AddressLine> Excluded { get; } = [];

    public ConfWord? NoAddress { get; set; }

    public bool PromoteSecondaries { get; set; }

    public ConfSwitch? Accept { get; set; }
}
