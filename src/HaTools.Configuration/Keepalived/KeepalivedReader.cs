using HaTools.Configuration.Diagnostics;

namespace HaTools.Configuration.Keepalived;

/// <summary>Reads a keepalived.conf into the model.</summary>
internal static class KeepalivedReader
{
    /// <summary>Reads as far as can be read; what is amiss goes to the diagnostics, the places of what was read to the positions.</summary>
    public static HaConfiguration Read(string text, DiagnosticBag diagnostics, ModelPositions positions)
    {
        List<ConfStatement> statements = ConfParser.Parse(text, diagnostics);
        var reading = new ConfReading(diagnostics);
        var root = new RootDraft();
        reading.ReadBlock(RootGrammar.Grammar, statements, root);

        var globals = new GlobalDraft();
        foreach (ConfStatement block in root.Globals) reading.ReadBlock(GlobalGrammar.Grammar, block.Block!, globals);
        if (globals.RouterId is { } routerId) positions.Note(new ModelPath("routerId"), routerId.Position);

        HaConfiguration node = new()
        {
            RouterId = globals.RouterId?.Text,
            SelfFencing = globals.SelfFencing ?? SelfFencing.Automatic,
        };
        node = WithTrackers(reading, root, globals, positions, node);
        node = WithNetwork(reading, root, positions, node);
        node = WithVrrp(reading, root, globals, positions, node);
        return WithServices(reading, root, positions, node);
    }

    private static HaConfiguration WithTrackers(ConfReading reading, RootDraft root, GlobalDraft globals, ModelPositions positions, HaConfiguration node)
    {
        var scripts = new List<ScriptTracker>();
        foreach (ConfStatement block in root.Scripts)
        {
            if (ScriptGrammar.Build(reading, block, globals, positions, scripts.Count) is { } script) scripts.Add(script);
        }
        return node with { Scripts = scripts.ToValueList() };
    }

    private static HaConfiguration WithNetwork(ConfReading reading, RootDraft root, ModelPositions positions, HaConfiguration node) => node;

    private static HaConfiguration WithVrrp(ConfReading reading, RootDraft root, GlobalDraft globals, ModelPositions positions, HaConfiguration node)
    {
        var instances = new List<VrrpInstance>();
        foreach (ConfStatement block in root.Instances)
        {
            if (InstanceGrammar.Build(reading, block, globals, positions, instances.Count) is { } instance) instances.Add(instance);
        }
        return node with { VrrpInstances = instances.ToValueList() };
    }

    private static HaConfiguration WithServices(ConfReading reading, RootDraft root, ModelPositions positions, HaConfiguration node)
    {
        var servers = new List<VirtualServer>();
        foreach (ConfStatement block in root.Servers)
        {
            if (VirtualServerGrammar.Build(reading, block, positions, servers.Count) is { } server) servers.Add(server);
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
        return node with { VirtualServers = servers.ToValueList(), DirectRoutingAddresses = direct.ToValueList() };
    }
}
