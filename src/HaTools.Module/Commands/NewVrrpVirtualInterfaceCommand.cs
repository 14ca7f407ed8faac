using System.Management.Automation;
using System.Net;
using System.Net.NetworkInformation;
using HaTools.Configuration;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

/// <summary>Makes the description of an interface on top of an instance's own: a virtual MAC address (macvlan) or an ipvlan; for -VirtualInterface.</summary>
[Cmdlet(VerbsCommon.New, "VrrpVirtualInterface")]
[OutputType(typeof(VirtualInterface))]
public sealed class NewVrrpVirtualInterfaceCommand : HaCmdlet
{
    private static readonly VirtualInterface Usual = new();

    /// <summary>Macvlan (keepalived: <c>use_vmac</c>) or Ipvlan (<c>use_ipvlan</c>).</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public VirtualInterfaceKind? Kind { get; set; }

    /// <summary>
    /// The name, up to 15 bytes; without it: <c>vrrp.VRID</c>, and where another instance has that <c>vrrp1.VRID</c>, <c>vrrp2.VRID</c> …
    /// (for IPv6 <c>vrrp6.VRID</c> first); -VirtualMacPrefix says otherwise.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    /// <summary>Macvlan: the MAC address; without it: 00-00-5e-00-01-VRID, for IPv6 00-00-5e-00-02-VRID.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(PhysicalAddress))]
    public PhysicalAddress? MacAddress { get; set; }

    /// <summary>Ipvlan: its own address, which adverts come from; without it (IPv6 only): the link-local one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(IPAddress))]
    public IPAddress? Address { get; set; }

    /// <summary>Ipvlan: the prefix length of -Address; without it: a host address.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [InRange(ModelRanges.LeastPrefixLength, ModelRanges.MostPrefixLength)]
    public int? PrefixLength { get; set; }

    /// <summary>Ipvlan: how ipvlans of one parent see each other.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public IpvlanMode? Mode { get; set; }

    /// <summary>Whether adverts are sent and heard on the parent instead (keepalived: <c>vmac_xmit_base</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter TransmitOnBase { get; set; }

    /// <summary>The interface group, a number; without it: the parent's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public uint? Group { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Reporting(() =>
    {
        var virtualInterface = new VirtualInterface
        {
            Kind = Kind ?? Usual.Kind,
            Name = Name,
            MacAddress = MacAddress,
            Address = Address,
            PrefixLength = PrefixLength,
            Mode = Mode ?? Usual.Mode,
            TransmitOnBase = TransmitOnBase,
            Group = Group,
        };
        WriteObject(virtualInterface);
    });
}
