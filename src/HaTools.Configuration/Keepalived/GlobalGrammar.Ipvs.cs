namespace HaTools.Configuration.Keepalived;

/// <summary>What holds for IPVS, and for its checks, as a whole.</summary>
internal static partial class GlobalGrammar
{
    private static readonly string[] TimeoutOptions = ["tcp", "tcpfin", "udp"];

    private static Keyword<GlobalDraft>[] Ipvs =>
    [
        new() { Name = "lvs_timeouts", Required = 2, Allowed = 6, Repeatable = true, Read = ReadTimeouts },
        new() { Name = "checker_log_all_failures", Allowed = 1, Read = (r, s, d) => d.LogAllFailures = ConfValues.Boolean(r, s) },
        new() { Name = "lvs_flush", Read = ReadFlush },
        new() { Name = "lvs_flush_on_stop", Allowed = 1, Read = ReadFlushOnStop },
        new() { Name = "lvs_flush_onstop", Allowed = 1, Read = ReadFlushOnStop },
    ];

    private static void ReadTimeouts(ConfReading reading, ConfStatement statement, GlobalDraft draft)
    {
        for (int i = 1; i < statement.Words.Length; i++)
        {
            ConfWord option = statement.Words[i];
            if (!TimeoutOptions.Contains(option.Text))
            {
                reading.UnknownWord(option, "option of lvs_timeouts", TimeoutOptions);
                return;
            }

            if (statement.Argument(++i) is not { } value)
            {
                reading.Error("MissingValue", option, $"`{option.Text}` needs a value.");
                return;
            }

            if (ConfValues.WholeSeconds(reading, value, ModelRanges.MostIdleSeconds, "keepalived ignores it") is not { } time) continue;

            // As with ipvsadm --set, 0 leaves the kernel's.
            TimeSpan? wanted = time == TimeSpan.Zero ? null : time;
            draft.Ipvs = option.Text switch
            {
                "tcp" => draft.Ipvs with { TcpTimeout = wanted },
                "tcpfin" => draft.Ipvs with { TcpFinTimeout = wanted },
                _ => draft.Ipvs with { UdpTimeout = wanted },
            };
        }
    }

    private static void ReadFlush(ConfReading reading, ConfStatement statement, GlobalDraft draft)
    {
        draft.Ipvs = draft.Ipvs with { Foreign = IpvsForeignPolicy.Purge };
        reading.Warning("FlushIsPurge", statement.Keyword,
            "keepalived takes all services away once, at its start. Here those go that no node of HaTools names, at the start and whenever one comes, and what this node finds of its own goes on: `foreign: purge` of `ipvs` in YAML.");
    }

    // What is ours goes at a stop anyway, each service whole.
    private static void ReadFlushOnStop(ConfReading reading, ConfStatement statement, GlobalDraft draft)
    {
        if (statement.Argument(1) is not { } what)
        {
            reading.Error("NotSupported", statement.Keyword,
                $"keepalived's `{statement.Keyword.Text}` takes away the services of others too; HaTools takes away its own when it stops, which is `{statement.Keyword.Text} VS`.");
        }
        else if (what.Text != "VS") reading.UnknownWord(what, "way to flush", ["VS"]);
    }
}

/// <summary>What holds for IPVS as a whole.</summary>
internal sealed partial class GlobalDraft
{
    /// <summary>Whether every failed try of every check is told.</summary>
    public bool LogAllFailures { get; set; }

    public IpvsSettings Ipvs { get; set; } = IpvsSettings.None;
}
