using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>Virtual addresses.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] Addresses =>
    [
        // More than one of these blocks add up.
        new()
        {
            Name = "virtual_ipaddress", HasBlock = true, Repeatable = true,
            Read = (r, s, d) => AddressLines.Read(r, s.Block!, d.Addresses),
        },
    ];

    private static VrrpInstance WithAddresses(InstanceBuild build, VrrpInstance instance)
    {
        NoteAddresses(build, "virtualAddresses", build.Draft.Addresses);
        return instance with { VirtualAddresses = build.Draft.Addresses.Select(a => a.Address).ToValueList() };
    }

    private static void NoteAddresses(InstanceBuild build, string list, List<AddressLine> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            AddressLine line = lines[i];
            ModelPath address = build.Path.Element(list, i);
            build.Positions.Note(address, line.Word.Position);
            if (line.Label is { } label) build.Positions.Note(address.Key("label"), label.Position);
            if (line.Device is { } own) build.Positions.Note(address.Key("device"), own.Position);
            if (line.Broadcast is { } broadcast) build.Positions.Note(address.Key("broadcast"), broadcast.Position);
        }
    }
}

/// <summary>Virtual addresses.</summary>
internal sealed partial class InstanceDraft
{
    public List<AddressLine> Addresses { get; } = [];
}
