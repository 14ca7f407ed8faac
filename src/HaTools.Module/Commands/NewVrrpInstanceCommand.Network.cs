using System.Management.Automation;
using HaTools.Module.Parameters;

namespace HaTools.Module.Commands;

// What follows mastership beside the addresses of the advert, and on what interface.
public sealed partial class NewVrrpInstanceCommand
{
    /// <summary>
    /// Addresses that follow mastership and are not in the advert, of either family (keepalived: <c>virtual_ipaddress_excluded</c>);
    /// written as -VirtualAddress.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(VirtualAddress), Many = true)]
    [Alias("ExcludedAddresses")]
    public VirtualAddress[] ExcludedAddress { get; set; } = [];

    /// <summary>Whether it is meant to have no address at all (keepalived: <c>no_virtual_ipaddress</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter NoVirtualAddress { get; set; }

    /// <summary>
    /// Whether promote_secondaries is set on its interface (keepalived: <c>promote_secondaries</c>); it is anyway where a prefix below
    /// /32 needs it.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter PromoteSecondaries { get; set; }

    /// <summary>
    /// Routes that follow mastership (keepalived: <c>virtual_routes</c>): in the words of ip route (<c>10.0.0.0/8 via 192.0.2.254 dev
    /// eth0</c>), or what New-VrrpRoute made.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(RouteEntry), Many = true)]
    [Alias("VirtualRoutes")]
    public RouteEntry[] VirtualRoute { get; set; } = [];

    /// <summary>
    /// Rules that follow mastership (keepalived: <c>virtual_rules</c>): in the words of ip rule (<c>from 192.0.2.10 table 100 preference
    /// 1000</c>), or what New-VrrpRule made.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(RuleEntry), Many = true)]
    [Alias("VirtualRules")]
    public RuleEntry[] VirtualRule { get; set; } = [];

    /// <summary>
    /// An interface of its own on top of -Interface: Macvlan (keepalived: <c>use_vmac</c>), Ipvlan, or what New-VrrpVirtualInterface
    /// made.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ModelValue(typeof(VirtualInterface))]
    public VirtualInterface? VirtualInterface { get; set; }

    /// <summary>Whether addresses on other interfaces get virtual MAC interfaces too (keepalived: <c>use_vmac_addr</c>).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter VirtualMacForAddresses { get; set; }

    private VrrpInstance WithNetwork(VrrpInstance instance) => instance with
    {
        ExcludedAddresses = [.. ExcludedAddress],
        NoVirtualAddress = NoVirtualAddress,
        PromoteSecondaries = PromoteSecondaries,
        VirtualRoutes = [.. VirtualRoute],
        VirtualRules = [.. VirtualRule],
        VirtualInterface = VirtualInterface,
        VirtualMacForAddresses = VirtualMacForAddresses,
    };
}
