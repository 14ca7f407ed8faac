using System.Net;
using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Yaml;

/// <summary>Trackers, their use, and notify scripts.</summary>
internal static partial class YamlReader
{
    private static readonly ScriptTracker ScriptDefaults = new() { Name = "", Command = "" };
    private static readonly RecoveryAction RecoverDefaults = new() { Command = "" };
    private static readonly FileTracker FileDefaults = new() { Name = "", Path = "" };
    private static readonly ProcessTracker ProcessDefaults = new() { Name = "", Command = [] };
    private static readonly BfdSession BfdDefaults = new() { Name = "", Neighbour = IPAddress.None };

    private static ScriptTracker? Script(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "script";
        if (reading.ExpectMap(node, "A script") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Script, path);
        string? name = keys.RequiredString("name", what);
        string? command = keys.RequiredString("command", what);
        var script = new ScriptTracker
        {
            Name = name ?? "",
            Command = command ?? "",
            Interval = keys.Time("interval") ?? ScriptDefaults.Interval,
            Timeout = keys.Time("timeout"),
            Weight = keys.Integer("weight") ?? ScriptDefaults.Weight,
            Reverse = keys.Boolean("reverse") ?? ScriptDefaults.Reverse,
            Rise = keys.Integer("rise") ?? ScriptDefaults.Rise,
            Fall = keys.Integer("fall") ?? ScriptDefaults.Fall,
            User = keys.String("user"),
            InitFail = keys.Boolean("initFail") ?? ScriptDefaults.InitFail,
            Recover = keys.Record("recover", Recover),
        };
        return name is null || command is null ? null : script;
    }

    private static RecoveryAction? Recover(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "recover", YamlKeys.Recover, path);
        string? command = keys.RequiredString("command", "recover");
        var recover = new RecoveryAction
        {
            Command = command ?? "",
            Timeout = keys.Time("timeout") ?? RecoverDefaults.Timeout,
            Delay = keys.Time("delay") ?? RecoverDefaults.Delay,
        };
        return command is null ? null : recover;
    }

    private static FileTracker? FileTracker(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "file";
        if (reading.ExpectMap(node, "A file") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.File, path);
        string? name = keys.RequiredString("name", what);
        string? file = keys.RequiredString("path", what);
        var tracker = new FileTracker
        {
            Name = name ?? "",
            Path = file ?? "",
            Weight = keys.Integer("weight") ?? FileDefaults.Weight,
            Reverse = keys.Boolean("reverse") ?? FileDefaults.Reverse,
            InitialValue = keys.Integer("initialValue"),
            Overwrite = keys.Boolean("overwrite") ?? FileDefaults.Overwrite,
        };
        return name is null || file is null ? null : tracker;
    }

    private static ProcessTracker? Process(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "process";
        if (reading.ExpectMap(node, "A process") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Process, path);
        string? name = keys.RequiredString("name", what);
        ValueList<string>? command = keys.Required("command", what) ? keys.WordOrWords("command", "A word of a command") : null;
        var tracker = new ProcessTracker
        {
            Name = name ?? "",
            Command = command ?? [],
            Parameters = keys.Enumeration<ParameterMatch>("parameters", "way to compare arguments"),
            FullCommand = keys.Boolean("fullCommand") ?? ProcessDefaults.FullCommand,
            Weight = keys.Integer("weight") ?? ProcessDefaults.Weight,
            Reverse = keys.Boolean("reverse") ?? ProcessDefaults.Reverse,
            Quorum = keys.Integer("quorum") ?? ProcessDefaults.Quorum,
            QuorumMax = keys.Integer("quorumMax"),
            ForkDelay = keys.Time("forkDelay") ?? ProcessDefaults.ForkDelay,
            TerminateDelay = keys.Time("terminateDelay") ?? ProcessDefaults.TerminateDelay,
        };
        return name is null || command is null ? null : tracker;
    }

    private static BfdSession? Bfd(YamlReading reading, YamlNode node, ModelPath path)
    {
        const string what = "BFD session";
        if (reading.ExpectMap(node, "A BFD session") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Bfd, path);
        string? name = keys.RequiredString("name", what);
        IPAddress? neighbour = keys.RequiredAddress("neighbour", what);
        var session = new BfdSession
        {
            Name = name ?? "",
            Neighbour = neighbour ?? IPAddress.None,
            Source = keys.Address("source"),
            MinimumReceive = keys.Time("minimumReceive") ?? BfdDefaults.MinimumReceive,
            MinimumTransmit = keys.Time("minimumTransmit") ?? BfdDefaults.MinimumTransmit,
            IdleTransmit = keys.Time("idleTransmit") ?? BfdDefaults.IdleTransmit,
            Multiplier = keys.Integer("multiplier") ?? BfdDefaults.Multiplier,
            Passive = keys.Boolean("passive") ?? BfdDefaults.Passive,
            Ttl = keys.Integer("ttl"),
            MaximumHops = keys.Integer("maximumHops"),
            Multihop = keys.Boolean("multihop") ?? BfdDefaults.Multihop,
            Weight = keys.Integer("weight") ?? BfdDefaults.Weight,
            Reverse = keys.Boolean("reverse") ?? BfdDefaults.Reverse,
            ForVrrp = keys.Boolean("forVrrp") ?? BfdDefaults.ForVrrp,
            ForChecks = keys.Boolean("forChecks") ?? BfdDefaults.ForChecks,
        };
        return name is null || neighbour is null ? null : session;
    }

    // A name, or a map where it is used in a way of its own.
    private static Tracked? Tracked(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (Word(reading, node, path) is { } word) return new Tracked(word);
        const string what = "tracker's use";
        if (reading.ExpectMap(node, "A tracker's use") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.Tracked, path);
        string? name = keys.RequiredString("name", what);
        int? weight = keys.Integer("weight");
        bool? reverse = keys.Boolean("reverse");
        return name is null ? null : new Tracked(name, weight, reverse);
    }

    private static NotifyScripts Notify(YamlReading reading, YamlMap map, ModelPath path)
    {
        var keys = new YamlMapReader(reading, map, "set of notify scripts", YamlKeys.Notify, path);
        return new NotifyScripts
        {
            Master = keys.Value("master", NotifyScript),
            Backup = keys.Value("backup", NotifyScript),
            Fault = keys.Value("fault", NotifyScript),
            Stop = keys.Value("stop", NotifyScript),
            Deleted = keys.Value("deleted", NotifyScript),
            SaysDeleted = keys.Boolean("saysDeleted") ?? NotifyScripts.None.SaysDeleted,
            Any = keys.Value("any", NotifyScript),
            MasterReceivedLowerPriority = keys.Value("masterReceivedLowerPriority", NotifyScript),
        };
    }

    private static NotifyScript? NotifyScript(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (Word(reading, node, path) is { } word) return new NotifyScript(word);
        const string what = "notify script";
        if (reading.ExpectMap(node, "A notify script") is not { } map) return null;
        var keys = new YamlMapReader(reading, map, what, YamlKeys.NotifyScript, path);
        string? user = keys.String("user");
        return keys.RequiredString("command", what) is { } command ? new NotifyScript(command, user) : null;
    }

    // The short form of a record; null: the node is none.
    private static string? Word(YamlReading reading, YamlNode node, ModelPath path)
    {
        if (node is not YamlScalar scalar) return null;
        reading.Count(node);
        reading.Positions.Note(path, node.Position);
        return scalar.Text;
    }
}
