using System.Management.Automation;
using System.Net;
using HaTools.Configuration;
using HaTools.Configuration.Yaml;
using HaTools.Module.Completers;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a rule of policy routing, as ip rule has it: for -VirtualRule of an instance, or -StaticRule of a configuration.</summary>
[Cmdlet(VerbsCommon.New, "VrrpRule")]
[OutputType(typeof(RuleEntry))]
public sealed class NewVrrpRuleCommand : HaCmdlet
{
    private static readonly RuleEntry Usual = new() { Family = 4 };

    /// <summary>The order, lowest first.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public uint? Preference { get; set; }

    /// <summary>The source prefix; without it: any.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPNetwork))]
    public IPNetwork? From { get; set; }

    /// <summary>The destination prefix; without it: any.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPNetwork))]
    public IPNetwork? To { get; set; }

    /// <summary>The table to look into, with -Table.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.Tables)]
    public uint? Table { get; set; }

    /// <summary>4 or 6. Without it: as the addresses say, else 4.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int? Family { get; set; }

    /// <summary>Whether it applies where its conditions do not hold (<c>not</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter Not { get; set; }

    /// <summary>The incoming interface (<c>iif</c>, <c>dev</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InterfaceNameCompleter))]
    public string? InputInterface { get; set; }

    /// <summary>The outgoing interface (<c>oif</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InterfaceNameCompleter))]
    public string? OutputInterface { get; set; }

    /// <summary>The packet's mark.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public uint? Mark { get; set; }

    /// <summary>The mark's mask; without it: all bits.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public uint? MarkMask { get; set; }

    /// <summary>Type of service, 0 to 255.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.DsField)]
    [InRange(ModelRanges.LeastByte, ModelRanges.MostByte)]
    public int? Tos { get; set; }

    /// <summary>The tunnel's id.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ulong? TunnelId { get; set; }

    /// <summary>The users whose sockets it is for.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NumberRange))]
    [Alias("Users")]
    public NumberRange? User { get; set; }

    /// <summary>Whether the interface's VRF decides on the table.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter L3MasterDevice { get; set; }

    /// <summary>IP protocol (<c>ipproto</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastByte, ModelRanges.MostByte)]
    public int? IpProtocol { get; set; }

    /// <summary>Source ports.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NumberRange))]
    [Alias("SourcePorts")]
    public NumberRange? SourcePort { get; set; }

    /// <summary>Destination ports.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NumberRange))]
    [Alias("DestinationPorts")]
    public NumberRange? DestinationPort { get; set; }

    /// <summary>What happens.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public RuleAction? Action { get; set; }

    /// <summary>The rule to go on with, with -Goto.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public uint? Target { get; set; }

    /// <summary>Routes with prefixes of this length or shorter are passed over (<c>suppress_prefixlength</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public int? SuppressPrefixLength { get; set; }

    /// <summary>Routes by interfaces of this group are passed over (<c>suppress_ifgroup</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.Groups)]
    public uint? SuppressInterfaceGroup { get; set; }

    /// <summary>Realms, as -Realms.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.Realms)]
    public uint? Realms { get; set; }

    /// <summary>Who made it, 0 to 255; without it: 18 (keepalived, in iproute2's table), as is every rule that is watched.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [IprouteNumber(IprouteTable.Protocols)]
    [InRange(ModelRanges.LeastByte, ModelRanges.MostByte)]
    public int? Protocol { get; set; }

    /// <summary>Whether its loss is neither repaired nor a reason for FAULT.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter NoTrack { get; set; }

    /// <summary>Static rules: the track group that its loss puts into FAULT.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? TrackGroup { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        var ruleEntry = new RuleEntry
        {
            Preference = Preference,
            From = From,
            To = To,
            Table = Table,
            Family = 4,
            Not = Not,
            InputInterface = InputInterface,
            OutputInterface = OutputInterface,
            Mark = Mark,
            MarkMask = MarkMask,
            Tos = Tos ?? Usual.Tos,
            TunnelId = TunnelId,
            Users = User,
            L3MasterDevice = L3MasterDevice,
            IpProtocol = IpProtocol,
            SourcePorts = SourcePort,
            DestinationPorts = DestinationPort,
            Action = Action ?? Usual.Action,
            Target = Target,
            SuppressPrefixLength = SuppressPrefixLength,
            SuppressInterfaceGroup = SuppressInterfaceGroup,
            Realms = Realms,
            Protocol = Protocol,
            NoTrack = NoTrack,
            TrackGroup = TrackGroup,
        };
        ruleEntry = ruleEntry with { Family = Family ?? YamlReader.ImpliedFamily(ruleEntry) };
        // Whether its track group exists is a question to the configuration that it will be part of.
        WriteWarnings(ConfigurationSource.Validate(new HaConfiguration { StaticRules = [ruleEntry with { TrackGroup = null }] }));
        WriteObject(ruleEntry);
    });
}
