using System.Management.Automation;
using System.Net;
using HaTools.Configuration;
using HaTools.Module.Completers;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes a virtual address with all that ip address can say of it: for -VirtualAddress, -ExcludedAddress or -StaticAddress.</summary>
[Cmdlet(VerbsCommon.New, "VrrpAddress")]
[OutputType(typeof(VirtualAddress))]
public sealed class NewVrrpAddressCommand : HaCmdlet
{
    private static readonly VirtualAddress Usual = new() { Address = IPAddress.None };

    /// <summary>The address.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress Address { get; set; } = null!;

    /// <summary>The prefix length, 0 to 32 (IPv4) or 128 (IPv6). Without it: the host alone.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastPrefixLength, ModelRanges.MostPrefixLength)]
    public int? PrefixLength { get; set; }

    /// <summary>The interface that carries it; without it: the instance's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InterfaceNameCompleter))]
    public string? Device { get; set; }

    /// <summary>
    /// The address label (ifconfig's alias name), up to 15 characters, beginning with the device's name; without it: none.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Label { get; set; }

    /// <summary>The scope; without it: the kernel's usual (global).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public AddressScope? Scope { get; set; }

    /// <summary>The broadcast address; without it: none is set.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress? Broadcast { get; set; }

    /// <summary>The other end of a point-to-point link (<c>peer</c>); then -PrefixLength is the peer's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress? Peer { get; set; }

    /// <summary>Flags of <c>ip address</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public AddressOptions? Options { get; set; }

    /// <summary>
    /// IPv6: whether the address is used for new connections of this host (<c>preferred_lft forever</c>); without it: no for /128, else
    /// yes.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public bool? Preferred { get; set; }

    /// <summary>Whether it stands on a virtual MAC interface of its -Device (<c>use_vmac</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter UseVirtualMac { get; set; }

    /// <summary>Whether its loss is neither repaired nor a reason for FAULT (keepalived: <c>no_track</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter NoTrack { get; set; }

    /// <summary>Static addresses: the track group that its loss puts into FAULT.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? TrackGroup { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        var virtualAddress = new VirtualAddress
        {
            Address = Address,
            PrefixLength = PrefixLength ?? Networks.HostPrefix(Address),
            Device = Device,
            Label = Label,
            Scope = Scope,
            Broadcast = Broadcast,
            Peer = Peer,
            Options = Options ?? Usual.Options,
            Preferred = Preferred,
            UseVirtualMac = UseVirtualMac,
            NoTrack = NoTrack,
            TrackGroup = TrackGroup,
        };
        WriteObject(virtualAddress);
    });
}
