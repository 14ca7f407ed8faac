namespace HaTools.Configuration.Keepalived;

/// <summary>The synchronization of IPVS connections.</summary>
internal static partial class GlobalGrammar
{
    private static readonly string[] SyncOptions = ["inst", "id", "maxlen", "port", "ttl", "group"];

    private static Keyword<GlobalDraft>[] Synchronization =>
        [new() { Name = "lvs_sync_daemon", Required = 1, Allowed = 13, Repeatable = true, Read = ReadSyncDaemon }];

    private static void ReadSyncDaemon(ConfReading reading, ConfStatement statement, GlobalDraft draft)
    {
        if (draft.SyncDaemon is not null)
        {
            reading.Warning("RepeatedKeyword", statement.Keyword, "There is one `lvs_sync_daemon`: keepalived takes the first, and so do we.");
            return;
        }

        var daemon = new IpvsSyncDaemon { Interface = statement.Words[1].Text };
        for (int i = 2; i < statement.Words.Length; i++)
        {
            ConfWord word = statement.Words[i];
            if (!SyncOptions.Contains(word.Text))
            {
                daemon = WithPlainWord(reading, daemon, word, i);
                continue;
            }

            if (statement.Argument(++i) is not { } value)
            {
                reading.Error("MissingValue", word, $"`{word.Text}` needs a value.");
                break;
            }

            daemon = WithOption(reading, daemon, word, value);
        }

        draft.SyncDaemon = daemon;
    }

    // As it was before there were names of options: IF INSTANCE ID.
    private static IpvsSyncDaemon WithPlainWord(ConfReading reading, IpvsSyncDaemon daemon, ConfWord word, int place)
    {
        if (place == 2) return daemon with { Instance = word.Text };
        if (place == 3 && char.IsAsciiDigit(word.Text[0]))
        {
            reading.Warning("Deprecated", word, $"A number without a name is obsolete: write `id {word.Text}`.");
            return daemon with { SyncId = SyncId(reading, word) };
        }

        reading.UnknownWord(word, "option of lvs_sync_daemon", SyncOptions);
        return daemon;
    }

    private static IpvsSyncDaemon WithOption(ConfReading reading, IpvsSyncDaemon daemon, ConfWord option, ConfWord value)
    {
        const string ignored = "keepalived ignores it";
        switch (option.Text)
        {
            case "inst":
                return daemon with { Instance = value.Text };
            case "id":
                return daemon with { SyncId = SyncId(reading, value) };
            case "maxlen":
                return daemon with { MaximumLength = ConfValues.Integer(reading, value, 1, 65507, ignored) };
            case "port":
                return daemon with { Port = ConfValues.Integer(reading, value, 1, 65535, ignored) };
            case "ttl":
                return daemon with { Ttl = ConfValues.Integer(reading, value, 1, 255, ignored) };
            default:
                if (ConfValues.Address(reading, value) is not { } group) return daemon;
                if (Networks.IsMulticast(group)) return daemon with { Group = group };
                reading.Warning("NoMulticastGroup", value, $"`{value.Text}` is no multicast address: keepalived ignores it, and so do we.");
                return daemon;
        }
    }

    private static int? SyncId(ConfReading reading, ConfWord word) => ConfValues.Integer(reading, word, 0, 255, "the virtual router id is taken, as in keepalived");
}

/// <summary>The synchronization of IPVS connections.</summary>
internal sealed partial class GlobalDraft
{
    public IpvsSyncDaemon? SyncDaemon { get; set; }
}
