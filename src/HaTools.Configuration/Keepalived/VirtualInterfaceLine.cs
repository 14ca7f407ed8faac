using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace HaTools.Configuration.Keepalived;

/// <summary>
/// <c>use_vmac [[name] NAME] [MAC] [netlink_notify_msg] [group GROUP]</c> and <c>use_ipvlan [[name] NAME] [ADDRESS] [bridge|private|vepa] [group GROUP]</c>.
/// </summary>
internal sealed class VirtualInterfaceLine
{
    private VirtualInterfaceLine(ConfWord word, VirtualInterfaceKind kind) => (Word, Made) = (word, new VirtualInterface { Kind = kind });

    public ConfWord Word { get; }

    public VirtualInterface Made { get; private set; }

    /// <summary>The MAC address as it was written; its last byte may be left to the virtual router id.</summary>
    public ConfWord? MacWord { get; private set; }

    public static void ReadMacvlan(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        var line = new VirtualInterfaceLine(statement.Keyword, VirtualInterfaceKind.Macvlan);
        for (int i = 1; i < statement.Words.Length; i++)
        {
            ConfWord word = statement.Words[i];
            if (word.Text.Contains(':', StringComparison.Ordinal)) line.TakeMac(reading, word);
            else if (word.Text == "netlink_notify_msg") PassOverNotification(reading, word);
            else i = line.TakeCommon(reading, statement, i);
        }

        draft.Macvlan = line;
    }

    public static void ReadIpvlan(ConfReading reading, ConfStatement statement, InstanceDraft draft)
    {
        var line = new VirtualInterfaceLine(statement.Keyword, VirtualInterfaceKind.Ipvlan);
        ConfWord? mode = null;
        for (int i = 1; i < statement.Words.Length; i++)
        {
            ConfWord word = statement.Words[i];
            if (word.Text is "bridge" or "private" or "vepa")
            {
                if (mode is { } former)
                    reading.Warning("RepeatedWord", word, $"The mode is `{former.Text}` already: keepalived ignores this word, and so do we.");
                else line.Made = line.Made with { Mode = Enum.Parse<IpvlanMode>(word.Text, ignoreCase: true) };
                mode ??= word;
            }
            else if (TryNetwork(word.Text, out IPAddress? address, out int? prefix))
            {
                if (line.Made.Address is not null)
                    reading.Warning("RepeatedWord", word, "The ipvlan has an address already: keepalived ignores this word, and so do we.");
                else if (draft.TakeFamily(reading, word, Networks.FamilyOf(address)))
                    line.Made = line.Made with { Address = address, PrefixLength = prefix };
            }
            else
            {
                i = line.TakeCommon(reading, statement, i);
            }
        }

        draft.Ipvlan = line;
    }

    /// <summary>Puts the MAC address in, whose last byte may be the virtual router's id.</summary>
    public VirtualInterface WithMac(ConfReading reading, VirtualInterface made, int virtualRouterId)
    {
        if (MacWord is not { } word) return made;
        if (!TryMac(word.Text, (byte)virtualRouterId, out byte[] bytes))
        {
            reading.Error("InvalidMacAddress", word, $"`{word.Text}` is no MAC address: six bytes as 02:00:00:00:00:33, or five, which the virtual router id ends.");
            return made;
        }

        if ((bytes[0] & 1) != 0)
        {
            reading.Error("InvalidMacAddress", word, $"`{word.Text}` is a multicast address: no interface can have it.");
            return made;
        }

        if (bytes is [0x00, 0x00, 0x5e, 0x00, 1 or 2, _])
        {
            reading.Warning("VirtualRouterMac", word,
                "Addresses of this range belong to virtual routers by their ids (RFC 9568 section 7.3): keepalived ignores it, and so do we. Leave it out.");
            return made;
        }

        return made with { MacAddress = new PhysicalAddress(bytes) };
    }

    private void TakeMac(ConfReading reading, ConfWord word)
    {
        if (MacWord is { } former)
            reading.Warning("RepeatedWord", word, $"The MAC address is `{former.Text}` already: keepalived ignores this word, and so do we.");
        MacWord ??= word;
    }

    private static void PassOverNotification(ConfReading reading, ConfWord word) => reading.Warning(
        "NoEffect", word, $"`{word.Text}` makes other programs hear of an interface's state that the kernel tells them itself by now: it does nothing.");

    /// <summary>Takes a group or a name.</summary>
    /// <returns>The number of the last word that was used.</returns>
    private int TakeCommon(ConfReading reading, ConfStatement statement, int i)
    {
        ConfWord word = statement.Words[i];
        bool named = word.Text is "name" or "group";
        ConfWord? value = named ? statement.Argument(i + 1) : word;
        if (value is not { } given)
        {
            reading.Error("MissingValue", word, $"`{word.Text}` needs a value.");
            return i;
        }

        if (word.Text == "group") TakeGroup(reading, given);
        else if (Made.Name is { } former)
            reading.Warning("RepeatedWord", given, $"The interface's name is `{former}` already: keepalived ignores this word, and so do we.");
        else Made = Made with { Name = given.Text };
        return named ? i + 1 : i;
    }

    private void TakeGroup(ConfReading reading, ConfWord word)
    {
        if (word.Text == "default") Made = Made with { Group = 0 };
        else if (uint.TryParse(word.Text, NumberStyles.None, CultureInfo.InvariantCulture, out uint group)) Made = Made with { Group = group };
        else
            reading.Error("UnknownGroup", word,
                $"`{word.Text}` is no interface group: a number, or `default`. Names of /etc/iproute2/group are the host's; write the number.");
    }

    private static bool TryMac(string text, byte virtualRouterId, out byte[] bytes)
    {
        string[] parts = text.Split(':');
        if (parts is [.. var five, ""] && five.Length == 5) parts = five;
        bytes = new byte[6];
        bytes[5] = virtualRouterId;
        if (parts.Length is not (5 or 6)) return false;
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length is 0 or > 2 || !byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
                return false;
        }

        return true;
    }

    private static bool TryNetwork(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address, out int? prefix)
    {
        int slash = text.IndexOf('/');
        prefix = null;
        if (!ConfValues.TryAddress(slash < 0 ? text : text.AsSpan(0, slash), out address!)) return false;
        if (slash < 0) return true;
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length)) return false;
        prefix = length;
        return true;
    }
}
