using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>Reads a keepalived.conf into the model.</summary>
internal static class KeepalivedReader
{
    /// <summary>Reads as far as can be read; what is amiss goes to the diagnostics, the places of what was read to the positions.</summary>
    public static HaConfiguration Read(string text, DiagnosticBag diagnostics, ModelPositions positions, IprouteNames names, bool isDamaged = false)
    {
        List<ConfStatement> statements = ConfParser.Parse(text, diagnostics, isDamaged);
        var reading = new ConfReading(diagnostics, names);
        var root = new RootDraft();
        reading.ReadBlock(RootGrammar.Grammar, statements, root);

        var globals = new GlobalDraft();
        foreach (ConfStatement block in root.Globals) reading.ReadBlock(GlobalGrammar.Grammar, block.Block!, globals);
        foreach (ConfStatement block in root.Globals) ConfPlaces.Note(positions, ConfPlaces.Node, new ModelPath(""), block.Block!);

        reading.Names = names.In(globals.IprouteEtcDirectory, globals.IprouteUsrDirectory);
        RootGrammar.ReadStatic(reading, root);

        HaConfiguration node = new()
        {
            RouterId = globals.RouterId?.Text,
            SelfFencing = globals.SelfFencing ?? SelfFencing.Automatic,
            StartupDelay = globals.StartupDelay,
            DelayAfterBoot = globals.DelayAfterBoot,
            LogUnknownVirtualRouters = globals.LogUnknownVirtualRouters,
            DynamicInterfaces = globals.DynamicInterfaces,
            GarpInterval = globals.GarpInterval,
            NeighborAdvertisementInterval = globals.NeighborAdvertisementInterval,
        };
        node = GlobalGrammar.WithFirewall(globals, node);
        node = GlobalGrammar.WithFifos(reading, globals, node);
        node = GlobalGrammar.WithMails(reading, globals, positions, node);
        node = WithTrackers(reading, root, globals, positions, node);
        node = NetworkGrammar.Read(reading, root, globals, positions, node);
        node = WithVrrp(reading, root, globals, positions, node);
        node = WithServices(reading, root, globals, positions, node);
        if (root.Ssl is { } ssl)
        {
            ConfPlaces.Note(positions, ConfPlaces.Ssl, new ModelPath("ssl"), ssl.Statement.Block!);
            node = node with { Ssl = ssl.Settings };
        }

        return node.ScriptUser is null && ScriptUserNames.Of(node).Contains(null) ? node with { ScriptUser = ScriptUserNames.KeepalivedDefault } : node;
    }

    private static HaConfiguration WithTrackers(ConfReading reading, RootDraft root, GlobalDraft globals, ModelPositions positions, HaConfiguration node)
    {
        var scripts = new List<ScriptTracker>();
        foreach (ConfStatement block in root.Scripts)
        {
            if (ScriptGrammar.Build(reading, block, positions, scripts.Count) is { } script) scripts.Add(script);
        }
        var sessions = new List<BfdSession>();
        foreach (ConfStatement block in root.BfdSessions)
        {
            if (BfdGrammar.Build(reading, block, positions, sessions.Count) is { } session) sessions.Add(session);
        }
        var files = new List<FileTracker>();
        foreach (ConfStatement block in root.Files)
        {
            if (FileGrammar.Build(reading, block, positions, files.Count) is { } file) files.Add(file);
        }
        var processes = new List<ProcessTracker>();
        foreach (ConfStatement block in root.Processes)
        {
            if (ProcessGrammar.Build(reading, block, positions, processes.Count) is { } process) processes.Add(process);
        }
        return node with
        {
            ScriptUser = globals.ScriptUser,
            ScriptSecurity = globals.ScriptSecurity,
            NotifyUpAtStart = globals.NotifyUpAtStart,
            Scripts = scripts.ToValueList(),
            Files = files.ToValueList(),
            Processes = processes.ToValueList(),
            BfdSessions = sessions.ToValueList(),
        };
    }

    private static HaConfiguration WithVrrp(ConfReading reading, RootDraft root, GlobalDraft globals, ModelPositions positions, HaConfiguration node)
    {
        var instances = new List<VrrpInstance>();
        var rules = new List<List<RuleLine>>();
        foreach (ConfStatement block in root.Instances)
        {
            if (InstanceGrammar.Build(reading, block, globals, positions, instances.Count, out List<RuleLine> own) is not { } instance) continue;
            instances.Add(instance);
            rules.Add(own);
        }
        RuleLines.GivePreferences(reading, [root.StaticRules, .. rules]);
        for (int i = 0; i < instances.Count; i++) instances[i] = instances[i] with { VirtualRules = rules[i].Select(r => r.Rule).ToValueList() };
        var groups = new List<VrrpSyncGroup>();
        foreach (ConfStatement block in root.SyncGroups)
        {
            if (SyncGroupGrammar.Build(reading, block, positions, groups.Count) is { } group) groups.Add(group);
        }
        var paces = new List<GarpGroup>();
        var paced = new HashSet<string>(StringComparer.Ordinal);
        foreach (ConfStatement block in root.GarpGroups)
        {
            if (InterfaceGrammar.BuildGroup(reading, block, positions, paces.Count, paced) is { } pace) paces.Add(pace);
        }
        for (int i = 0; i < root.Delays.Count; i++) positions.Note(new ModelPath("interfaceDelays", i), root.Delays[i].Word.Position);
        return node with
        {
            StaticRules = root.StaticRules.Select(r => r.Rule).ToValueList(),
            VrrpInstances = instances.ToValueList(),
            Ipvs = globals.Ipvs with { GroupMarks = GlobalGrammar.GroupMarksOf(reading, globals) },
            SyncDaemon = globals.SyncDaemon,
            SyncGroups = groups.ToValueList(),
            GarpGroups = paces.ToValueList(),
            InterfaceDelays = InterfaceGrammar.Fit(reading, root.Delays, instances),
        };
    }

    private static HaConfiguration WithServices(ConfReading reading, RootDraft root, GlobalDraft globals, ModelPositions positions, HaConfiguration node)
    {
        VirtualServerGroup[] groups = [.. root.ServerGroups.Select((block, i) => VirtualServerGroupGrammar.Build(reading, block, positions, i))];
        var servers = new List<VirtualServer>();
        foreach (ConfStatement block in root.Servers)
        {
            if (VirtualServerGrammar.Build(reading, block, globals, groups, positions, servers.Count) is { } server) servers.Add(server);
        }
        var direct = new List<DirectRoutingAddress>();
        foreach (ConfStatement block in root.DirectRouting)
        {
            foreach ((DirectRoutingAddress address, ConfWord word) in AddressLines.ReadPlain(reading, block.Block!))
            {
                positions.Note(new ModelPath("directRoutingAddresses", direct.Count), word.Position);
                direct.Add(address);
            }
        }
        var tunnels = new List<TunnelAddress>();
        foreach (ConfStatement block in root.Tunnels)
        {
            foreach ((TunnelAddress address, ConfWord word) in TunnelLines.Read(reading, block.Block!))
            {
                positions.Note(new ModelPath("tunnelAddresses", tunnels.Count), word.Position);
                tunnels.Add(address);
            }
        }

        return node with
        {
            VirtualServers = servers.ToValueList(),
            VirtualServerGroups = groups.ToValueList(),
            DirectRoutingAddresses = direct.ToValueList(),
            TunnelAddresses = tunnels.ToValueList(),
        };
    }
}
