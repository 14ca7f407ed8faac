using System.Globalization;
using System.Net;

namespace HaTools.Configuration.Keepalived;

/// <summary>A line of virtual_ipaddress or static_ipaddress, with the words whose places matter.</summary>
internal sealed record AddressLine(VirtualAddress Address, ConfWord Word, ConfWord? Device, ConfWord? Label, ConfWord? Broadcast, ConfWord? Peer);

/// <summary>
/// The lines of <c>virtual_ipaddress</c>, <c>virtual_ipaddress_excluded</c> and <c>static_ipaddress</c>: <c>ADDRESS[/PREFIX]</c> and options in the words of
/// <c>ip address</c>.
/// </summary>
internal static class AddressLines
{
    private static readonly string[] Options =
    [
        "brd", "broadcast", "dev", "label", "scope", "peer", "home", "-nodad", "mngtmpaddr", "noprefixroute", "autojoin", "no_track", "preferred_lft",
    ];

    public static void Read(ConfReading reading, List<ConfStatement> lines, List<AddressLine> addresses) =>
        Read(reading, lines, isStatic: false, addresses);

    public static void Read(ConfReading reading, List<ConfStatement> lines, bool isStatic, List<AddressLine> addresses)
    {
        // A set keeps long lists linear.
        var known = addresses.Select(a => a.Address.Address).ToHashSet();
        foreach (ConfStatement line in lines)
        {
            if (!reading.Admit(line)) continue;
            if (line.Block is not null)
            {
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", "A line of addresses takes no block.");
                continue;
            }
            if (ReadLine(reading, line, isStatic) is not { } address) continue;
            if (isStatic || known.Add(address.Address.Address))
            {
                addresses.Add(address);
                continue;
            }
            reading.Warning("DuplicateAddress", line.Keyword,
                $"`{address.Address.Address}` stands in this instance already; this line is ignored.");
        }
    }

    /// <summary>The addresses of our <c>direct_routing_address</c>.</summary>
    public static IEnumerable<(DirectRoutingAddress Address, ConfWord Word)> ReadPlain(ConfReading reading, List<ConfStatement> lines)
    {
        foreach (ConfStatement line in lines)
        {
            if (!reading.Admit(line)) continue;
            if (line.Block is not null)
                reading.Diagnostics.Error("UnexpectedBrace", line.BlockPosition, "{", "A line of direct_routing_address takes no block.");
            reading.ReportSurplus(null, line, 1);
            if (ConfValues.Address(reading, line.Keyword) is { } address) yield return (new DirectRoutingAddress(address), line.Keyword);
        }
    }

    private static AddressLine? ReadLine(ConfReading reading, ConfStatement line, bool isStatic)
    {
        var words = new LineWords(reading, line.Words, "an address");
        _ = words.TryNext(out ConfWord word);
        string text = word.Text;
        int slash = text.IndexOf('/');
        if (!ConfValues.TryAddress(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress address))
        {
            reading.Error("InvalidAddress", word, $"`{text}` is no IP address.");
            return null;
        }

        var draft = new Draft(words, isStatic)
        {
            Address = new VirtualAddress
            {
                Address = address,
                PrefixLength = slash < 0 ? Networks.HostPrefix(address) : Prefix(reading, word, address, text.AsSpan(slash + 1)),
            },
        };
        while (words.TryNext(out ConfWord option)) ReadOption(draft, option);
        if (words.Failed) return null;
        draft.Finish(word);
        return words.Failed ? null : new AddressLine(draft.Address, word, draft.Device, draft.Label, draft.Broadcast, draft.Peer);
    }

    private static void ReadOption(Draft draft, ConfWord option)
    {
        LineWords words = draft.Words;
        VirtualAddress address = draft.Address;
        switch (option.Text)
        {
            case "dev" or "label" or "brd" or "broadcast" or "peer":
                ReadWord(draft, option);
                return;
            case "scope":
                address = address with { Scope = Scope(draft, option) };
                break;
            case "home":
                address = address with { Options = address.Options | AddressOptions.Home };
                break;
            case "-nodad":
                address = address with { Options = address.Options | AddressOptions.DetectDuplicates };
                break;
            case "mngtmpaddr":
                address = address with { Options = address.Options | AddressOptions.ManageTemporary };
                break;
            case "noprefixroute":
                address = address with { Options = address.Options | AddressOptions.NoPrefixRoute };
                break;
            case "autojoin":
                address = address with { Options = address.Options | AddressOptions.AutoJoin };
                break;
            case "no_track":
                address = address with { NoTrack = true };
                break;
            case "preferred_lft":
                address = address with { Preferred = Preferred(words, option) };
                break;
            case "use_vmac" when !draft.IsStatic:
                address = address with { UseVirtualMac = true };
                break;
            case "track_group" when draft.IsStatic:
                if (words.TryValue(option, out ConfWord group)) address = address with { TrackGroup = group.Text };
                break;
            default:
                words.Unknown(option, draft.IsStatic ? [.. Options, "track_group"] : [.. Options, "use_vmac"]);
                return;
        }

        draft.Address = address;
    }

    private static void ReadWord(Draft draft, ConfWord option)
    {
        if (!draft.Words.TryValue(option, out ConfWord value)) return;
        switch (option.Text)
        {
            case "dev":
                if (draft.Device is { } before) draft.Words.Error("Contradiction", value, $"The address has a `dev` already, {before.Text}.");
                draft.Device = value;
                break;
            case "label":
                draft.Label = value;
                break;
            case "peer":
                if (draft.Peer is not null) draft.Words.Error("Contradiction", value, "The address has a `peer` already.");
                draft.Peer = value;
                break;
            default:
                draft.Broadcast = value;
                break;
        }
    }

    private static int Prefix(ConfReading reading, ConfWord word, IPAddress address, ReadOnlySpan<char> text)
    {
        int most = Networks.HostPrefix(address);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int prefix) && prefix <= most) return prefix;
        reading.Warning("ValueOutOfRange", word, $"`{text}` is no prefix length from 0 to {most}; taken as {most}, as keepalived does.");
        return most;
    }

    private static AddressScope? Scope(Draft draft, ConfWord option)
    {
        if (!draft.Words.TryValue(option, out ConfWord word)) return null;
        IprouteNames names = draft.Words.Reading.Names;
        if (names.Find(IprouteTable.Scopes, word.Text) is { } number && Enum.IsDefined((AddressScope)number)) return (AddressScope)number;
        draft.Words.Error("UnknownValue", word,
            $"`{word.Text}` is no scope of an address; known: global, site, link, host, and names of theirs in {names.PathOf(IprouteTable.Scopes)}."
            + draft.Words.Reading.Suggest(word.Text, ["global", "site", "link", "host"]));
        return null;
    }

    private static bool? Preferred(LineWords words, ConfWord option)
    {
        if (!words.TryValue(option, out ConfWord value)) return null;
        switch (value.Text)
        {
            case "forever":
                return true;
            case "0":
                return false;
            default:
                words.Error("NotSupported", value,
                    $"`{value.Text}` is no value of `preferred_lft`: 0 (not for the host's own connections) or forever. HaTools renews what it adds, so that a "
                    + "time would never end.");
                return null;
        }
    }

    /// <summary>An address while its line is read.</summary>
    private sealed class Draft(LineWords words, bool isStatic)
    {
        public LineWords Words => words;

        public bool IsStatic => isStatic;

        public required VirtualAddress Address { get; set; }

        public ConfWord? Device { get; set; }

        public ConfWord? Label { get; set; }

        public ConfWord? Broadcast { get; set; }

        public ConfWord? Peer { get; set; }

        public void Finish(ConfWord word)
        {
            Address = Address with { Device = Device?.Text, Label = Label?.Text };
            if (Peer is { } peer) Address = WithPeer(word, peer);
            if (Broadcast is { } broadcast) Address = Address with { Broadcast = BroadcastOf(broadcast) };
            if (Networks.FamilyOf(Address.Address) == 4) return;
            if (Label is { } label)
            {
                words.Reading.Warning("Ignored", label, "An IPv6 address has no label: keepalived ignores it, and so do we.");
                (Address, Label) = (Address with { Label = null }, null);
            }

            if (Address.Scope is null) return;
            if (Address.Scope != AddressScope.Global)
                words.Reading.Warning("Ignored", word, "An IPv6 address has the scope that it says itself: keepalived ignores `scope`, and so do we.");
            Address = Address with { Scope = null };
        }

        // keepalived takes a host for the peer; a prefix length, which ip address takes, is taken here too.
        private VirtualAddress WithPeer(ConfWord word, ConfWord peer)
        {
            int slash = peer.Text.IndexOf('/');
            if (!ConfValues.TryAddress(slash < 0 ? peer.Text : peer.Text.AsSpan(0, slash), out IPAddress address)
                || Networks.FamilyOf(address) != Networks.FamilyOf(Address.Address))
            {
                words.Error("InvalidAddress", peer, $"`{peer.Text}` is no IPv{Networks.FamilyOf(Address.Address)} address.");
                return Address;
            }

            int own = Networks.HostPrefix(address);
            if (Address.PrefixLength != own)
                words.Reading.Warning("Ignored", word, "With a peer the prefix length is the peer's; that of the address is ignored, as keepalived does.");
            int prefix = slash < 0 ? own : Prefix(words.Reading, peer, address, peer.Text.AsSpan(slash + 1));
            return Address with { Peer = address, PrefixLength = prefix };
        }

        // ip address: + sets the host bits to one, - to zero.
        private IPAddress? BroadcastOf(ConfWord word)
        {
            if (Networks.FamilyOf(Address.Address) == 6)
            {
                words.Error("InvalidAddress", word, "An IPv6 address has no broadcast address; keepalived would drop the address.");
                return null;
            }

            if (Peer is not null)
            {
                words.Reading.Warning("Ignored", word, "An address with a peer has no broadcast address: keepalived ignores it, and so do we.");
                Broadcast = null;
                return null;
            }

            if (word.Text is not ("+" or "-"))
            {
                if (!words.TryAddress(word, out IPAddress? given)) return null;
                if (Networks.FamilyOf(given) == 4) return given;
                words.Error("InvalidAddress", word, $"`{word.Text}` is no IPv4 address.");
                return null;
            }

            int prefix = Address.PrefixLength;
            if (prefix > 30)
            {
                words.Reading.Warning("Ignored", word, $"A /{prefix} has no broadcast address: `{word.Text}` is ignored, as keepalived does.");
                Broadcast = null;
                return null;
            }

            byte[] bytes = Networks.Of(Address.Address, prefix).BaseAddress.GetAddressBytes();
            if (word.Text == "-") return new IPAddress(bytes);
            for (int bit = prefix; bit < 32; bit++) bytes[bit / 8] |= (byte)(0x80 >> bit % 8);
            return new IPAddress(bytes);
        }
    }
}
