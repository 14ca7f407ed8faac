using System.Management.Automation;
using HaTools.Configuration;
using HaTools.Module.Completers;
using HaTools.Module.Errors;
using HaTools.Module.Nodes;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a VRRP instance; with -Node it also joins the configuration of that running node.</summary>
[Cmdlet(VerbsCommon.New, "VrrpInstance", SupportsShouldProcess = true)]
[OutputType(typeof(VrrpInstance))]
public sealed partial class NewVrrpInstanceCommand : NodeChangeCmdlet
{
    /// <summary>The instance's name, unique in the node.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The interface that adverts are sent and heard on. Only with -Vrf there is none.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InterfaceNameCompleter))]
    public string Interface { get; set; } = "";

    /// <summary>The virtual router id, 1 to 255; unique on an interface.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastVirtualRouterId, ModelRanges.MostVirtualRouterId)]
    [Alias("VRID")]
    public int VirtualRouterId { get; set; }

    /// <summary>
    /// The addresses that follow mastership and are listed in the advert, in order: <c>192.0.2.10/24</c>, a line of keepalived
    /// (<c>192.0.2.10/24 brd 192.0.2.255 dev eth0 label eth0:0</c>), or what New-VrrpAddress made. Without a prefix length: the host
    /// alone.
    /// </summary>
    [Parameter(Position = 3, ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(VirtualAddress), Many = true)]
    [Alias("VirtualAddresses")]
    public VirtualAddress[] VirtualAddress { get; set; } = [];

    /// <summary>The base priority, 1 to 255; 255 is the address owner and never lowered by trackers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastPriority, ModelRanges.MostPriority)]
    public int? Priority { get; set; }

    /// <summary>The protocol version, 2 or 3. keepalived.conf defaults to 2, YAML and cmdlets to 3.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet("2", "3")]
    public int? Version { get; set; }

    /// <summary>
    /// The time between adverts. Version 2: whole seconds, 1 s to 255 s (RFC 3768 section 5.3.7); version 3: whole centiseconds, 10 ms to
    /// 40.95 s (RFC 9568 section 5.2.7).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Duration]
    public TimeSpan? AdvertisementInterval { get; set; }

    /// <summary>keepalived's <c>state</c>: it decides nothing but with priority 255, where Master, the default, starts without waiting.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public VrrpInitialState? InitialState { get; set; }

    /// <summary>What the version 3 IPv4 checksum covers when sending; both forms are always accepted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public VrrpChecksumForm? ChecksumForm { get; set; }

    /// <summary>
    /// Version 2 only: the password as text or SecureString (PASS: in clear on the wire, 8 bytes count), or a hashtable of Type
    /// (SimplePassword, AuthenticationHeader) and Password. Excludes -Hmac.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(VrrpAuthentication))]
    public VrrpAuthentication? Authentication { get; set; }

    /// <summary>keepalived's authentication by HMAC (<c>auth_hmac</c>): what New-VrrpHmac made. Excludes -Authentication.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(VrrpHmac))]
    public VrrpHmac? Hmac { get; set; }

    /// <summary>
    /// What happens to the addresses when the engine is killed or hangs: auto, off, or a lifetime in seconds. Without it: the node's.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SelfFencing]
    public SelfFencing? SelfFencing { get; set; }

    /// <summary>
    /// Commands for changes of state: what New-VrrpNotify made, or one command for all of them (keepalived: <c>notify</c>).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(NotifyScripts))]
    public NotifyScripts? Notify { get; set; }

    /// <summary>
    /// Whether FIFOs are told of changes of the effective priority (keepalived: <c>notify_priority_changes</c>); without it: as the instance's group has it, else as the
    /// configuration.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool? NotifyPriorityChanges { get; set; }

    /// <summary>Whether there are mails of its changes of state (keepalived: <c>smtp_alert</c>); without it: as -SmtpAlerts of the configuration has it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool? SmtpAlert { get; set; }

    /// <summary>A running node that the instance is added to.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string? Node { get; set; }

    /// <summary>With -Node: also writes the instance.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        VrrpInstance instance = Make(StrictMode.Defaults(Strict, Priority ?? StrictMode.Defaults(strict: false, 0).Priority));
        if (Node is null)
        {
            // Whether its trackers exist is a question to the configuration that it will be part of.
            WriteWarnings(ConfigurationSource.Validate(new HaConfiguration
            {
                VrrpInstances = [instance with { TrackScripts = [], TrackFiles = [], TrackProcesses = [], TrackBfd = [] }],
            }));
            WriteObject(instance);
            return;
        }
        bool done = ChangeNode(Node, c => c.VrrpInstances.Any(i => i.Name == Name)
            ? throw new HaErrorException(HaErrors.InstanceExists(Name))
            : c with { VrrpInstances = [.. c.VrrpInstances, instance] });
        if (done && PassThru) WriteObject(instance);
    });

    // What is not given is as for every front-end.
    private VrrpInstance Make(VrrpInstance usual)
    {
        var instance = new VrrpInstance
        {
            Name = Name,
            // In the model an instance of a VRF has that for an interface.
            Interface = Interface.Length > 0 ? Interface : Vrf ?? "",
            VirtualRouterId = VirtualRouterId,
            VirtualAddresses = [.. VirtualAddress],
            Priority = Priority ?? usual.Priority,
            Version = Version ?? usual.Version,
            AdvertisementInterval = AdvertisementInterval ?? usual.AdvertisementInterval,
            InitialState = InitialState ?? usual.InitialState,
            ChecksumForm = ChecksumForm ?? usual.ChecksumForm,
            Authentication = Authentication,
            Hmac = Hmac,
            SelfFencing = SelfFencing,
            Notify = Notify ?? usual.Notify,
            NotifyPriorityChanges = NotifyPriorityChanges,
            SmtpAlert = SmtpAlert,
        };
        instance = WithElections(instance, usual);
        instance = WithTransport(instance);
        instance = WithNetwork(instance);
        instance = WithAnnouncements(instance, usual);
        return WithTrackers(instance);
    }
}
