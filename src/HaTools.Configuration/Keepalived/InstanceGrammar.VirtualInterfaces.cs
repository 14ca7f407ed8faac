namespace HaTools.Configuration.Keepalived;

/// <summary>Virtual MAC interfaces, ipvlans, VRFs.</summary>
internal static partial class InstanceGrammar
{
    private static Keyword<InstanceDraft>[] VirtualInterfaces =>
    [
        new() { Name = "use_vmac", Allowed = 7, Read = VirtualInterfaceLine.ReadMacvlan },
        new() { Name = "use_vmac_addr", Read = (_, _, d) => d.VirtualMacForAddresses = true },
        new() { Name = "vmac_xmit_base", Read = (_, s, d) => d.TransmitOnBase = s.Keyword },
        new() { Name = "use_ipvlan", Allowed = 7, Read = VirtualInterfaceLine.ReadIpvlan },
        new() { Name = "vrf", Required = 1, Allowed = 1, Read = (_, s, d) => d.Vrf = s.Words[1] },
    ];

    private static VrrpInstance WithVirtualInterface(InstanceBuild build, VrrpInstance instance)
    {
        InstanceDraft draft = build.Draft;
        VirtualInterface? made = draft.Ipvlan?.Made ?? draft.Macvlan?.Made;
        if (draft is { Macvlan: { } first, Ipvlan: { } second })
        {
            (ConfWord later, ConfWord former) = first.Word.Position.Line > second.Word.Position.Line ? (first.Word, second.Word) : (second.Word, first.Word);
            build.Reading.Error("ContradictoryKeywords", later, $"`{later.Text}` and `{former.Text}` cannot both be: an instance has one interface of its own.");
        }

        if (draft.Macvlan is { } macvlan && made?.Kind == VirtualInterfaceKind.Macvlan)
        {
            made = macvlan.WithMac(build.Reading, made, instance.VirtualRouterId);
            if (build.IsStrict && made.MacAddress is not null)
            {
                Strict(build, macvlan.MacWord!, "the MAC address is the virtual router's");
                made = made with { MacAddress = null };
            }

            made = made with { TransmitOnBase = TransmitsOnBase(build, instance, macvlan.Word) };
        }
        else if (draft.TransmitOnBase is { } alone)
        {
            build.Reading.Warning("NoEffect", alone, "`vmac_xmit_base` is about an instance with `use_vmac`: keepalived clears it, and so do we.");
        }

        return instance with { VirtualInterface = made, VirtualMacForAddresses = draft.VirtualMacForAddresses, Vrf = Vrf(build) };
    }

    private static string? Vrf(InstanceBuild build)
    {
        if (build.Draft is not { Vrf: { } word, Interface: { } device }) return build.Draft.Vrf?.Text;
        build.Reading.Warning("NoEffect", word,
            $"`vrf` is for an instance without `interface`: keepalived ignores it, and so do we. Where {device.Text} belongs to a VRF, the instance is in it anyway.");
        return null;
    }

    private static bool TransmitsOnBase(InstanceBuild build, VrrpInstance instance, ConfWord macvlan)
    {
        if (instance.UnicastPeers.Count > 0 && build.Draft.TransmitOnBase is null)
        {
            build.Reading.Warning("TransmitOnBase", macvlan,
                "Unicast adverts come from the interface's own address: `vmac_xmit_base` is set, as in keepalived. Write it.");
            return true;
        }

        if (build.Draft.TransmitOnBase is not { } word) return false;
        if (!build.IsStrict) return true;
        Strict(build, word, "adverts come from the virtual MAC address");
        return false;
    }
}

/// <summary>Virtual MAC interfaces, ipvlans, VRFs.</summary>
internal sealed partial class InstanceDraft
{
    public VirtualInterfaceLine? Macvlan { get; set; }

    public VirtualInterfaceLine? Ipvlan { get; set; }

    public bool VirtualMacForAddresses { get; set; }

    public ConfWord? TransmitOnBase { get; set; }

    public ConfWord? Vrf { get; set; }
}
