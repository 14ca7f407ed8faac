using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>What holds for interfaces, whichever instances use them: <c>garp_group</c> and <c>interface_up_down_delays</c>.</summary>
internal static class InterfaceGrammar
{
    public static Grammar<GarpGroupDraft> GarpGroup { get; } = new("garp_group",
    [
        new()
        {
            Name = "garp_interval", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.GarpInterval = GlobalGrammar.Pace(r, s.Words[1]) ?? d.GarpInterval,
        },
        new()
        {
            Name = "gna_interval", Required = 1, Allowed = 1,
            Read = (r, s, d) => d.NeighborAdvertisementInterval = GlobalGrammar.Pace(r, s.Words[1]) ?? d.NeighborAdvertisementInterval,
        },
        new() { Name = "interface", Required = 1, Allowed = 1, Repeatable = true, Read = (_, s, d) => d.Interfaces.Add(s.Words[1]) },
        new() { Name = "interfaces", HasBlock = true, Repeatable = true, Read = (r, s, d) => SyncGroupGrammar.ReadNames(r, s, d.Interfaces) },
    ]);

    /// <summary>Builds the group; null when it asks for nothing. An interface that is in a group already stays there.</summary>
    public static GarpGroup? BuildGroup(ConfReading reading, ConfStatement statement, ModelPositions positions, int index, HashSet<string> taken)
    {
        var draft = new GarpGroupDraft();
        reading.ReadBlock(GarpGroup, statement.Block!, draft);
        if (draft.GarpInterval is null && draft.NeighborAdvertisementInterval is null)
        {
            reading.Warning("EmptyGroup", statement.Keyword, "This garp_group has neither a `garp_interval` nor a `gna_interval`: keepalived ignores it, and so do we.");
            return null;
        }
        draft.Interfaces.RemoveAll(word =>
        {
            if (taken.Add(word.Text)) return false;
            reading.Warning("DuplicateName", word, $"`{word.Text}` is in a garp_group already; it stays there, as for keepalived.");
            return true;
        });
        if (draft.Interfaces.Count == 0)
        {
            reading.Warning("EmptyGroup", statement.Keyword, "This garp_group has no interfaces: it does nothing.");
            return null;
        }
        var path = new ModelPath("garpGroups", index);
        positions.Note(path, statement.Keyword.Position);
        for (int i = 0; i < draft.Interfaces.Count; i++) positions.Note(path.Element("interfaces", i), draft.Interfaces[i].Position);
        return new GarpGroup
        {
            Interfaces = draft.Interfaces.Select(w => w.Text).ToValueList(),
            GarpInterval = draft.GarpInterval ?? TimeSpan.Zero,
            NeighborAdvertisementInterval = draft.NeighborAdvertisementInterval ?? TimeSpan.Zero,
        };
    }

    /// <summary>The lines of <c>interface_up_down_delays</c>: <c>INTERFACE DOWN [UP]</c>; without UP it is as DOWN (keepalived.conf(5)).</summary>
    public static void ReadDelays(ConfReading reading, ConfStatement statement, List<(InterfaceDelay Delay, ConfWord Word)> delays)
    {
        foreach (ConfStatement line in statement.Block!)
        {
            if (!reading.AdmitLine(line, "interface_up_down_delays")) continue;
            ConfWord name = line.Keyword;
            if (line.Argument(1) is not { } downWord)
            {
                reading.Warning("MissingValue", name, $"`{name.Text}` has no delay: keepalived ignores the line, and so do we.");
                continue;
            }
            reading.ReportSurplus(null, line, 3);
            if (Delay(reading, downWord) is not { } down) continue;
            TimeSpan up = down;
            if (line.Argument(2) is { } upWord)
            {
                if (Delay(reading, upWord) is not { } given) continue;
                up = given;
            }
            int known = delays.FindIndex(d => d.Delay.Interface == name.Text);
            if (known < 0)
            {
                delays.Add((new InterfaceDelay(name.Text, down, up), downWord));
                continue;
            }
            reading.Warning("RepeatedKeyword", name, $"`{name.Text}` stands more than once here; the last line holds.");
            delays[known] = (new InterfaceDelay(name.Text, down, up), downWord);
        }
    }

    /// <summary>
    /// Shortens the delays that would let a backup take over before a fault is seen, as keepalived does: a link that is gone has to count within one
    /// interval less than the down interval.
    /// </summary>
    public static ValueList<InterfaceDelay> Fit(
        ConfReading reading, List<(InterfaceDelay Delay, ConfWord Word)> delays, IEnumerable<VrrpInstance> instances)
    {
        ILookup<string, VrrpInstance> users = instances.ToLookup(i => i.Interface);
        var fitted = new List<InterfaceDelay>(delays.Count);
        foreach ((InterfaceDelay given, ConfWord word) in delays)
        {
            InterfaceDelay delay = given;
            foreach (VrrpInstance instance in users[given.Interface]) delay = Fit(delay, instance);
            if (delay != given)
                reading.Warning("DelayTooLong", word,
                    $"The instances on {given.Interface} would time out at their peers before this delay is over; taken as {delay}, as keepalived does.");
            fitted.Add(delay);
        }
        return fitted.ToValueList();
    }

    private static InterfaceDelay Fit(InterfaceDelay delay, VrrpInstance instance)
    {
        if (instance.DownTimerAdverts == 1) return delay with { Down = TimeSpan.Zero, Up = TimeSpan.Zero };
        TimeSpan longest = InterfaceDelays.LongestDown(instance);
        if (delay.Down <= longest) return delay;
        return delay with { Down = longest, Up = delay.Up == delay.Down ? longest : delay.Up };
    }

    private static TimeSpan? Delay(ConfReading reading, ConfWord word) => ConfValues.Seconds(reading, word, 0m, 255m, "keepalived ignores the line");
}

/// <summary>A garp_group while it is read.</summary>
internal sealed class GarpGroupDraft
{
    public TimeSpan? GarpInterval { get; set; }

    public TimeSpan? NeighborAdvertisementInterval { get; set; }

    public List<ConfWord> Interfaces { get; } = [];
}
